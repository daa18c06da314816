// Run in the page that is measured. A frame's work is the scripting, layout and painting that one step caused.
window.measured = {
  /** Milliseconds of the frames after each of `steps`, and between them. */
  async frames(steps, step) {
    const work = [];
    const between = [];
    let last = null;
    for (let i = 0; i < steps; i++) {
      const at = await new Promise((next) => requestAnimationFrame(next));
      if (last !== null) between.push(at - last);
      last = at;
      const began = performance.now();
      step(i);
      await new Promise((next) => {
        const { port1, port2 } = new MessageChannel();
        port1.onmessage = () => next();
        // Sent from the frame, it comes when the frame was painted.
        port2.postMessage(null);
      });
      work.push(performance.now() - began);
    }
    return { work, between };
  },
  pan(steps, by) {
    const plot = document.querySelector('[data-region="timeline"] .plot, .plot[data-region="timeline"]');
    return this.frames(steps, () =>
      plot.dispatchEvent(new WheelEvent("wheel", { deltaX: by, bubbles: true, cancelable: true })),
    );
  },
  /** Milliseconds from each letter to the second frame after it. */
  async letters(text) {
    const field = document.querySelector('dialog input[role="combobox"]');
    const times = [];
    for (let i = 0; i < text.length; i++) {
      // At any time within a frame, as a person types.
      await new Promise((next) => setTimeout(next, 80 + i * 7));
      const began = performance.now();
      field.value = text.slice(0, i + 1);
      field.dispatchEvent(new InputEvent("input", { bubbles: true }));
      await new Promise((next) => requestAnimationFrame(() => requestAnimationFrame(next)));
      times.push(performance.now() - began);
    }
    return times;
  },
};
