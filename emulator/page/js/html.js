// The library's pieces under one name: components are functions that return html`…`.
import { h, render, Component } from "../vendor/preact.js";
import htm from "../vendor/htm.js";

export const html = htm.bind(h);
export { render, Component };
export { useState, useEffect, useLayoutEffect, useRef, useMemo } from "../vendor/hooks.js";
