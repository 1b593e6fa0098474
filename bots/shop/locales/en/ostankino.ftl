apology = Something broke here. Please try again in a minute.
