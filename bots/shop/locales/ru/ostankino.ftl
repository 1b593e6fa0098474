# What the library would say in other words.

apology = У нас что-то сломалось. Попробуйте ещё раз через минуту.
