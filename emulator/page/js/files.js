// Files as the control API gives them, and their sizes in words.
import { base } from "./control.js";
import { t } from "./words.js";

export const address = (id) => `${base}file?file_id=${encodeURIComponent(id)}`;

export function size(bytes) {
  if (bytes === undefined) return "";
  if (bytes < 1024) return t("{} Б", bytes);
  return bytes < 1024 * 1024 ? t("{} КБ", (bytes / 1024).toFixed(1)) : t("{} МБ", (bytes / 1024 / 1024).toFixed(1));
}
