language-name = Русский
hello = Здравствуйте, { $name }!
cart = В корзине <b>{ $count ->
    [one] { $count } товар
    [few] { $count } товара
   *[many] { $count } товаров
  }</b> на { $sum }.
search = <a href="https://example.org/?q={ $query }">{ $name }</a>
pay-button = Заплатить { $sum }
paid-toast = Оплачено
cmd-start = Начать
