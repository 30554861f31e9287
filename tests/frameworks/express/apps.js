// Two apps of Express, on the ports given: one of routers and files, and one that reads the target as a URL.
// The arguments are the folder of node_modules, the folder of the files, and the ports.
"use strict";
const [modules, site, routersPort, urlPort] = process.argv.slice(2);
const express = require(require.resolve("express", { paths: [modules] }));

const answer = (view) => (request, response) =>
  response.type("text").send(Buffer.from(`VIEW=${view} TARGET=${request.originalUrl}\n`, "latin1"));

const area = (view) => {
  const router = express.Router();
  router.get("/", answer(view));
  router.get("/*rest", answer(view));
  return router;
};

const routers = express();
routers.use(express.static(site));
routers.use("/admin", area("admin"));
routers.use("/pub/admin", area("pub-admin"));
routers.get("/pub/", answer("pub"));
routers.get("/pub/:name", answer("pub"));
routers.use("/api/v1/admin", area("api-admin"));
routers.use("/api", area("api"));
routers.get("/login", answer("login"));
routers.use(answer("any"));
routers.listen(Number(routersPort), "127.0.0.1");

const views = [
  [/^\/admin(\/|$)/, "admin"],
  [/^\/pub\/admin(\/|$)/, "pub-admin"],
  [/^\/pub\//, "pub"],
  [/^\/api\/v1\/admin(\/|$)/, "api-admin"],
  [/^\/api\//, "api"],
  [/^\/login$/, "login"],
  [/^/, "any"],
];
const byUrl = express();
byUrl.use((request, response) => {
  const { pathname } = new URL(request.originalUrl, "http://app.example");
  const [, view] = views.find(([path]) => path.test(pathname));
  answer(view)(request, response);
});
byUrl.listen(Number(urlPort), "127.0.0.1");
