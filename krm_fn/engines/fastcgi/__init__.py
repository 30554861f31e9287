"""FastCGI: what every engine must make alike of an app behind PHP-FPM."""
