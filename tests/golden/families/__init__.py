"""The families of golden numbers; every module has run(), which returns the content of one JSON file."""
