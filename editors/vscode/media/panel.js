// The page of the panel: colours outcomes, and shows the rows that hold all words of the filter.
'use strict';
(() => {
  // A column whose heading is that of a decision comes before "combinations"; its values get a colour each.
  const colours = new Map();
  const colourOf = (value) => {
    if (value === 'unset' || value === '') return 0;
    if (value === 'on') return 1;
    if (value === 'off') return 2;
    if (!colours.has(value)) colours.set(value, 3 + (colours.size % 3));
    return colours.get(value);
  };
  for (const table of document.querySelectorAll('table')) {
    const titles = [...table.querySelectorAll('th')].map((cell) => cell.textContent.trim());
    const outcome = titles.indexOf('combinations') - 1;
    for (const row of table.querySelectorAll('tbody tr')) {
      [...row.cells].forEach((cell, i) => {
        const text = cell.textContent.trim();
        if (text === '-') cell.classList.add('any');
        if (/^[\d,]+$/.test(text)) cell.classList.add('number');
        if (i !== outcome || outcome < 0) return;
        const chip = document.createElement('span');
        chip.className = `outcome outcome-${colourOf(text)}`;
        chip.textContent = text;
        cell.replaceChildren(chip);
      });
    }
  }

  const filter = document.getElementById('filter');
  const apply = () => {
    const words = filter.value.toLowerCase().split(/\s+/).filter(Boolean);
    for (const row of document.querySelectorAll('tbody tr')) {
      const text = row.textContent.toLowerCase();
      row.classList.toggle('hidden', !words.every((word) => text.includes(word)));
    }
  };
  // The filter outlives the page, which is made anew after each change of the rules.
  const api = acquireVsCodeApi();
  filter.value = (api.getState() || {}).filter || '';
  filter.addEventListener('input', () => {
    api.setState({ filter: filter.value });
    apply();
  });
  if (!document.querySelector('tbody')) filter.classList.add('hidden');
  apply();
})();
