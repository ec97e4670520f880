"""One person for each role, as the demo prints them."""

SIGN_INS = (
    ("Member", "priya.nair@ambleford.example"),
    ("Council lead", "tom.ridley@ambleford.example"),
    ("Editor", "samira.khan@westmarch.example"),
    ("Facilitator", "lynn.ogden@kirkstead.example"),
    ("Administrator", "neil.ottaway@westmarch.example"),
    ("Supplier", "rob.ansell@brackenfield.example"),
    ("Pending member", "carys.vaughan@cwm-aderyn.example"),
)
