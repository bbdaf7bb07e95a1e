/* strings.js -- the page's own words, in the reader's language.
 *
 * An element with data-text (or data-text-placeholder, data-text-aria-label, data-text-title) shows that string; say() is how scripts
 * give it one. So the language can change at any time without anybody having to remember what was on the page. */

import en from './strings-en.js';
import zh from './strings-zh.js';
import { drawer } from './store.js';

const LANGUAGES = { en, zh };
const ATTRIBUTES = ['placeholder', 'aria-label', 'title'];
const chosen = drawer('localStorage', 'language');

/**
 * A function is a value that itself depends on the language.
 * @typedef {Record<string, string | number | (() => string)>} Values
 */

/** @type {WeakMap<Element, Values>} */
const filled = new WeakMap();
const listeners = new Set();
let language = choose([chosen.read(), ...navigator.languages]);

/**
 * @param {string} key
 * @param {Values} [values] for the {names} in the string
 * @returns {string}
 */
export function text(key, values = {}) {
  const string = LANGUAGES[language][key];
  if (string === undefined) throw new Error(`no string ${key}`);
  return string.replace(/\{(\w+)\}/g, (_, name) => {
    const value = values[name];
    return String(typeof value === 'function' ? value() : value);
  });
}

/**
 * Shows the string in the element, now and in every language to come.
 * @param {HTMLElement} element
 * @param {string} key
 * @param {Values} [values]
 */
export function say(element, key, values = {}) {
  filled.set(element, values);
  element.dataset.text = key;
  element.textContent = text(key, values);
}

/**
 * Why the server refused, in the reader's language where we have words for it.
 * @param {{ status: number, slug: string, detail: string }} refusal
 * @returns {string}
 */
export function reasonOf({ status, slug, detail }) {
  const key = `problem.${slug}`;
  return key in en ? text(key) : text('problem.other', { status, detail });
}

/**
 * Strings of a page that has more to say than the wall, or says it in other words.
 * @param {{ en: Record<string, string>, zh: Record<string, string> }} more
 */
export function addStrings(more) {
  for (const [code, strings] of Object.entries(LANGUAGES)) Object.assign(strings, more[code]);
}

/** A locale for dates and numbers. */
export function locale() {
  return text('language.code');
}

/** The other language, from now on and in this browser's next visits. */
export function switchLanguage() {
  language = language === 'en' ? 'zh' : 'en';
  chosen.write(language);
  translate();
}

/** @param {() => void} listener called after each change of language */
export function onLanguage(listener) {
  listeners.add(listener);
}

/**
 * Puts everything below the element into the reader's language.
 * @param {ParentNode} [within]
 */
export function translate(within = document) {
  document.documentElement.lang = locale();
  for (const element of within.querySelectorAll('[data-text]')) {
    element.textContent = text(element.dataset.text, filled.get(element));
  }
  for (const name of ATTRIBUTES) {
    for (const element of within.querySelectorAll(`[data-text-${name}]`)) {
      element.setAttribute(name, text(element.getAttribute(`data-text-${name}`)));
    }
  }
  if (within === document) for (const listener of listeners) listener();
}

function choose(/** @type {(string | null)[]} */ wishes) {
  for (const wish of wishes) {
    const code = String(wish).slice(0, 2).toLowerCase();
    if (code in LANGUAGES) return code;
  }
  return 'en';
}
