"""Real containers, kpt and kustomize around the image that the Dockerfile builds."""
