"""The pages of question time, and the buttons on them."""
