/** What is said once to those who hear the window: why a key did nothing, what was copied, which page is shown. */
class Announcements {
  text = $state("");
  /** The same words twice are said twice. */
  count = $state(0);

  say(text: string) {
    this.text = text;
    this.count += 1;
  }
}

export const announcements = new Announcements();
export const say = (text: string) => announcements.say(text);
