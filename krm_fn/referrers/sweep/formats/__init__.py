"""What texts are written in: keys and values of any format, commands, manifests, configurations that are known."""
