"""`./run torture`: a scripted county talks while the bot and the gateway are killed, and an account is drawn at the end."""
