/* nap.js -- a pause that can be cut short. */

export class Nap {
  #wake = () => {};

  /**
   * @param {number} ms Infinity: until woken
   * @returns {Promise<void>} after that time, or when woken
   */
  take(ms) {
    return new Promise((resolve) => {
      const timer = Number.isFinite(ms) ? setTimeout(resolve, ms) : 0;
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  wake() {
    this.#wake();
  }
}
