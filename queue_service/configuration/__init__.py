"""A branch's configuration: read, made and changed, if nothing open needs what would go."""
