"""How the model of described harm is made: sentences written for it, and the script that learns its weights."""
