// A window over the page that is open while it is drawn; Esc and a click beside it close it.
import { html, useEffect, useRef } from "./html.js";

export function Window({ label, children, close, className }) {
  const element = useRef(null);
  useEffect(() => {
    element.current.showModal();
  }, []);
  // Its edge is a part of it.
  const beside = ({ target, clientX: x, clientY: y }) => {
    const { left, right, top, bottom } = element.current.getBoundingClientRect();
    if (target === element.current && (x < left || x > right || y < top || y > bottom)) element.current.close();
  };
  return html`<dialog ref=${element} class=${className} aria-label=${label} onClose=${close}
    onMouseDown=${beside}>${children}</dialog>`;
}

// What was written into a form, without what was left empty.
export function fields(event) {
  event.preventDefault();
  return Object.fromEntries([...new FormData(event.target)].filter(([, value]) => typeof value !== "string" || value.trim()));
}
