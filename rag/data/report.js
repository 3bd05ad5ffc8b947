const all = [...document.querySelectorAll('details.q')];
const form = document.querySelector('.filters');
const names = ['state', 'kind', 'lang', 'split'];
function filter() {
  const words = form.elements.words.value.toLowerCase();
  let shown = 0;
  for (const q of all) {
    const fits = names.every(n => !form.elements[n] || !form.elements[n].value || ` ${q.dataset[n]} `.includes(` ${form.elements[n].value} `));
    q.hidden = !(fits && (!words || q.textContent.toLowerCase().includes(words)));
    shown += !q.hidden;
  }
  form.querySelector('output').textContent = `${shown} of ${all.length}`;
}
function follow() {
  const target = document.getElementById(decodeURIComponent(location.hash.slice(1))) || document.getElementById(location.hash.slice(1));
  if (target && target.matches('details.q')) { target.hidden = false; target.open = true; target.scrollIntoView(); }
}
form.addEventListener('input', filter);
form.addEventListener('submit', event => event.preventDefault());
form.querySelector('button').addEventListener('click', () => {
  const shown = all.filter(q => !q.hidden), open = shown.some(q => !q.open);
  shown.forEach(q => { q.open = open; });
});
addEventListener('hashchange', follow);
filter();
follow();
