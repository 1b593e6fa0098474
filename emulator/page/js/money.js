// Amounts of money in words: Stars, and the smallest units of other currencies.
import { locale } from "./words.js";

export function money(amount, currency) {
  if (currency === "XTR") return `⭐ ${amount}`;
  try {
    const format = new Intl.NumberFormat(locale(), { style: "currency", currency });
    return format.format(amount / 10 ** format.resolvedOptions().maximumFractionDigits);
  } catch {
    return `${(amount / 100).toFixed(2)} ${currency}`;
  }
}
