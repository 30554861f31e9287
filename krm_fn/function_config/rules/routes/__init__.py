"""What must hold of routes: a module for each rule."""
