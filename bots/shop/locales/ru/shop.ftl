# The shop. This language is the complete one: its messages are the methods of `Texts`.

language-name = Русский
choose-language = На каком языке говорить?
language-chosen = Буду говорить по-русски.
help = Каталог: /catalogue, корзина: /cart

cmd-catalogue = Каталог
cmd-cart = Корзина
cmd-language = Выбрать язык

catalogue = <b>Каталог</b>
catalogue-button = ‹ Каталог
good = <b>{ $name }</b>
    { $price }
good-button = { $name }, { $price }
found = <b>{ $name }</b>, { $price }
to-order-button = Заказ
gone = Этого товара больше нет.
add-button = В корзину
added-toast = Добавлено

cart = { $lines }
    Итого: <b>{ $total }</b>
cart-line = { $name }: { $count } × { $price }
cart-button = Корзина
less-button = − { $name }
more-button = +
empty-cart = Корзина пуста. Каталог: /catalogue

# An order.
order-button = Оформить заказ
ask-name = Как вас зовут? Прервать: /cancel
ask-phone = Ваш телефон?
send-phone = Номер можно и отправить, кнопкой внизу.
phone-button = Отправить мой телефон
ask-address = Куда привезти? Напишите адрес.
send-place = Место можно и отправить, кнопкой внизу.
place-button = Отправить место
thanks = Спасибо, считаю.
order = { $cart }
    { $delivery }

    { $name }, { $phone }
    { $address }
delivery = Доставка: { $price }
delivery-by-agreement = Доставка: по договорённости
back-button = ‹ Назад
pay-button = Оплатить
cancelled = Заказ не оформлен.

# Payment.
order-title-plain = Заказ № { $number }
delivery-plain = Доставка
closed = Этот заказ уже закрыт
paid = Оплачено, спасибо! Мы позвоним.

# For admins.
orders = Последние заказы:
    { $orders }
orders-line = <b>№ { $number }</b>, { $total }, { $state ->
    [paid] оплачен
   *[open] не оплачен
 }
    { $name }, { $phone }
    { $address }
to-deliver = № { $number }: /orders
price-usage = Напишите номер товара и цену: /price 3 450
price-set = Товар { $good }: { $price }
no-such-good = Такого товара нет.
