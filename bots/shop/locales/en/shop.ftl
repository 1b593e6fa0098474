language-name = English
choose-language = Which language shall I speak?
language-chosen = I will speak English.
help = Catalogue: /catalogue, cart: /cart

cmd-catalogue = Catalogue
cmd-cart = Cart
cmd-language = Choose a language

catalogue = <b>Catalogue</b>
catalogue-button = ‹ Catalogue
good = <b>{ $name }</b>
    { $price }
good-button = { $name }, { $price }
found = <b>{ $name }</b>, { $price }
to-order-button = Order
gone = We do not sell this any more.
add-button = Add to cart
added-toast = Added

cart = { $lines }
    Total: <b>{ $total }</b>
cart-line = { $name }: { $count } × { $price }
cart-button = Cart
less-button = − { $name }
more-button = +
empty-cart = The cart is empty. Catalogue: /catalogue

order-button = Order it
ask-name = What is your name? To stop: /cancel
ask-phone = Your phone number?
send-phone = You may as well send the number, by the button below.
phone-button = Send my phone number
ask-address = Where to? Write the address.
send-place = You may as well send the place, by the button below.
place-button = Send the place
thanks = Thank you, counting.
order = { $cart }
    { $delivery }

    { $name }, { $phone }
    { $address }
delivery = Delivery: { $price }
delivery-by-agreement = Delivery: by agreement
back-button = ‹ Back
pay-button = Pay
cancelled = There is no order.

order-title-plain = Order No. { $number }
delivery-plain = Delivery
closed = This order is closed
paid = Paid, thank you! We will call.

orders = The latest orders:
    { $orders }
orders-line = <b>No. { $number }</b>, { $total }, { $state ->
    [paid] paid
   *[open] not paid
 }
    { $name }, { $phone }
    { $address }
to-deliver = No. { $number }: /orders
price-usage = Write the number of the good and its price: /price 3 450
price-set = Good { $good }: { $price }
no-such-good = There is no such good.
