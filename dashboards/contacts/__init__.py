"""All contacts of all branches: the count week, and each branch's share."""
