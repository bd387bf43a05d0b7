// Evaluated in a page: how many pixels it is too wide, texts below the contrast of WCAG AA (4.5:1), and links that
// stand alone and are lower than 24 px (WCAG 2.5.8).
(() => {
  const parse = text => {
    const [r = 0, g = 0, b = 0, a = 1] = (text.match(/[\d.]+/g) ?? []).map(Number);
    return [r, g, b, a];
  };
  const ground = element => {
    for (let at = element; at; at = at.parentElement) {
      const [r, g, b, a] = parse(getComputedStyle(at).backgroundColor);
      if (a === 1) return [r, g, b];
    }
    return [255, 255, 255];
  };
  const luminance = colour => {
    const [r = 0, g = 0, b = 0] = colour.map(part => {
      const share = part / 255;
      return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const pale = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const element = node.parentElement;
    if (!element || node.textContent?.trim() === '') continue;
    const style = getComputedStyle(element);
    const [r, g, b] = parse(style.color);
    const [light = 0, dark = 0] = [luminance([r, g, b]), luminance(ground(element))].sort((one, other) => other - one);
    const ratio = (light + 0.05) / (dark + 0.05);
    if (ratio < 4.5) pale.push(`${ratio.toFixed(2)} ${node.textContent?.slice(0, 40)}`);
  }
  const small = [...document.querySelectorAll('.mark, .feed, .go, .more a')]
    .filter(link => link.getBoundingClientRect().height < 24)
    .map(link => link.textContent ?? '');
  return { overflow: document.documentElement.scrollWidth - document.documentElement.clientWidth, pale, small };
})();
