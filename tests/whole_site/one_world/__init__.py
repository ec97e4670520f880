"""What is asked of one hub that has a secret of every kind: each test is undone, and the world stands for the next."""
