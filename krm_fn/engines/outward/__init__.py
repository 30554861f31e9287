"""What leaves in headers of the app's answers: its addresses, paths and cookies, as clients may have them."""
