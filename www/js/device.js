/* device.js -- what a User-Agent says in words that people have for it. */

// The first that fits: most call themselves by the names of those further down, too.
const BROWSERS = [
  ['Edge', /\bEdg(A|iOS)?\//],
  ['Opera', /\b(OPR|OPT)\//],
  ['Samsung Internet', /\bSamsungBrowser\//],
  ['WeChat', /\bMicroMessenger\//],
  ['Firefox', /\b(Firefox|FxiOS)\//],
  ['Chrome', /\b(Chrome|HeadlessChrome|Chromium|CriOS)\//],
  ['Safari', /\bSafari\//],
  ['curl', /^curl\//],
];
const SYSTEMS = [
  ['iPhone', /\biPhone\b/],
  ['iPad', /\biPad\b/],
  ['Android', /\bAndroid\b/],
  ['Windows', /\bWindows\b/],
  ['ChromeOS', /\bCrOS\b/],
  ['macOS', /\bMacintosh\b/],
  ['Linux', /\bLinux\b/],
];
const SHOWN_MAX = 60; // of one that we do not know

/**
 * @param {string} userAgent may be empty
 * @returns {{ key: string, values: Record<string, string> }} a string and what to fill in
 */
export function deviceOf(userAgent) {
  const browser = firstIn(BROWSERS, userAgent);
  const system = firstIn(SYSTEMS, userAgent);
  if (browser && system) return { key: 'device.both', values: { browser, system } };
  const what = browser || system || userAgent.slice(0, SHOWN_MAX);
  return what ? { key: 'device.one', values: { what } } : { key: 'device.unknown', values: {} };
}

function firstIn(/** @type {(string | RegExp)[][]} */ table, /** @type {string} */ userAgent) {
  return /** @type {string} */ (table.find(([, pattern]) => /** @type {RegExp} */ (pattern).test(userAgent))?.[0] ?? '');
}
