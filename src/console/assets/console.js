// Makes the pages live and lets the keyboard do everything. Without it the pages work as plain forms.
'use strict';
const csrf = document.body.dataset.csrf;
const current = document.body.dataset.current;
const one = (selector, from = document) => from.querySelector(selector);
const all = (selector, from = document) => [...from.querySelectorAll(selector)];
const say = (text) => {
  const place = one('#say');
  place.textContent = text;
  clearTimeout(say.timer);
  say.timer = setTimeout(() => { place.textContent = ''; }, 4000);
};

// One request at a time per part; what comes meanwhile makes one more.
const parts = new Map();
async function refresh(id) {
  const place = document.getElementById(id);
  if (!place) return;
  const state = parts.get(id) || { busy: false, again: false };
  parts.set(id, state);
  if (state.busy) { state.again = true; return; }
  state.busy = true;
  try {
    const headers = { 'x-part': '1' };
    if (current) headers['x-current'] = current;
    const answer = await fetch(place.dataset.src, { headers });
    if (answer.status === 401) { location.reload(); return; }
    if (answer.ok) put(place, await answer.text());
  } catch { /* The stream comes back by itself, and with it the next refresh. */ }
  state.busy = false;
  if (state.again) { state.again = false; setTimeout(() => refresh(id), 400); }
}

function put(place, html) {
  const scroller = place.id === 'thread' ? place : place.closest('.side, .context, .rows') || place;
  const atEnd = scroller.scrollHeight - scroller.scrollTop - scroller.clientHeight < 60;
  const top = scroller.scrollTop;
  const open = new Set(all('details[open]', place).map((d) => d.closest('[id]')?.id + (one('summary', d)?.textContent || '')));
  const focused = place.contains(document.activeElement) ? document.activeElement.closest('[id]')?.id : null;
  const picked = new Set(all('input.pick:checked', place).map((box) => box.value));
  // The text is a page of our own server, in which everything that people typed is escaped.
  place.replaceChildren(...new DOMParser().parseFromString(html, 'text/html').body.childNodes);
  all('details', place).forEach((d) => { if (open.has(d.closest('[id]')?.id + (one('summary', d)?.textContent || ''))) d.open = true; });
  if (focused && focused !== place.id) document.getElementById(focused)?.focus({ preventScroll: true });
  select(place, picked);
  scroller.scrollTop = place.id === 'thread' && atEnd ? scroller.scrollHeight : top;
}

// Live: only while somebody can see it, so that hidden tabs cost nothing.
let stream = null;
function listen() {
  if (!document.body.dataset.live || stream || document.hidden || !one('[data-src]')) return;
  let opened = false;
  stream = new EventSource(document.body.dataset.live);
  stream.addEventListener('open', () => { if (opened) ['list', 'thread', 'context'].forEach(refresh); opened = true; });
  stream.addEventListener('changed', (event) => {
    refresh('list');
    if (event.data === current || event.data === 'all') { refresh('thread'); refresh('context'); }
  });
}
document.addEventListener('visibilitychange', () => {
  if (document.hidden) { stream?.close(); stream = null; } else { ['list', 'thread', 'context'].forEach(refresh); listen(); }
});
listen();
setInterval(() => { if (!document.hidden) refresh('list'); }, 60000);

async function post(path, fields) {
  const body = new URLSearchParams(fields);
  const answer = await fetch(path, { method: 'POST', body, headers: { 'x-csrf-token': csrf, 'x-part': '1' } });
  if (!answer.ok) say(await answer.text());
  return answer.ok;
}

// Selecting many.
function select(place, picked = new Set()) {
  const bulk = one('#bulk');
  if (!bulk || !('select' in place.dataset)) return;
  all('.line', place).forEach((line) => {
    const box = document.createElement('input');
    box.type = 'checkbox';
    box.className = 'pick';
    box.value = line.dataset.number;
    box.checked = picked.has(box.value);
    box.setAttribute('aria-label', '#' + line.dataset.number);
    line.classList.add('can');
    line.classList.toggle('picked', box.checked);
    line.prepend(box);
  });
  count();
}
function count() {
  const bulk = one('#bulk');
  if (!bulk) return;
  const numbers = all('input.pick:checked').map((box) => box.value);
  bulk.elements.numbers.value = numbers.join(',');
  one('#bulk-count').textContent = numbers.length;
  bulk.hidden = numbers.length === 0;
}
document.addEventListener('change', (event) => {
  if (!event.target.classList.contains('pick')) return;
  event.target.closest('.line').classList.toggle('picked', event.target.checked);
  count();
});
if (one('#list')) select(one('#list'));

// The transcript opens at its end, or where the address says.
const thread = one('#thread');
if (thread) {
  const wanted = location.hash && document.getElementById(location.hash.slice(1));
  if (wanted) { wanted.scrollIntoView({ block: 'center' }); wanted.focus({ preventScroll: true }); } else thread.scrollTop = thread.scrollHeight;
  one('.line.here')?.scrollIntoView({ block: 'nearest' });
}
one('[data-copy]')?.addEventListener('click', async (event) => {
  const link = location.origin + '/conversations/' + current;
  try { await navigator.clipboard.writeText(link); say(link); } catch { prompt(event.target.textContent, link); }
});
one('[data-all]')?.addEventListener('click', () => {
  const whys = all('details.why');
  const open = whys.some((why) => !why.open);
  whys.forEach((why) => { why.open = open; });
});
one('[data-help]')?.addEventListener('click', (event) => {
  const keys = one('#keys');
  keys.hidden = !keys.hidden;
  event.target.setAttribute('aria-expanded', String(!keys.hidden));
});

// Writing: drafts are kept, canned replies are at hand, nothing leaves with an open part.
const composer = one('#composer');
if (composer) {
  const words = one('#words');
  const path = '/conversations/' + composer.dataset.number;
  const canned = one('#canned');
  let timer = null;
  let looked = 0;
  const look = (writing) => { looked = Date.now(); if (!document.hidden) post(path + '/look', { writing: writing ? '1' : '' }); };
  look(words.value !== '');
  setInterval(() => look(words.value !== ''), 15000);
  const keep = async () => { if (await post(path + '/draft', { words: words.value })) one('#draft-state').textContent = words.value ? one('#draft-state').dataset.kept : ''; };
  const openPart = () => {
    const start = words.value.indexOf('{{');
    const end = words.value.indexOf('}}', start);
    if (start < 0 || end < 0) return false;
    words.focus();
    words.setSelectionRange(start, end + 2);
    return true;
  };
  const offer = () => {
    const typed = words.value.match(/^\/(\S*)$/);
    canned.hidden = !typed || !canned.children.length;
    if (canned.hidden) return;
    let first = true;
    all('button', canned).forEach((button) => {
      button.hidden = !(button.dataset.shortcut + button.textContent).includes(typed[1]);
      button.setAttribute('aria-selected', String(first && !button.hidden));
      if (!button.hidden) first = false;
    });
  };
  const take = (button) => {
    words.value = button.dataset.words;
    canned.hidden = true;
    words.focus();
    openPart();
    words.dispatchEvent(new Event('input'));
  };
  canned.addEventListener('click', (event) => { const button = event.target.closest('button'); if (button) take(button); });
  words.addEventListener('input', () => {
    offer();
    if (Date.now() - looked > 5000) look(words.value !== '');
    clearTimeout(timer);
    timer = setTimeout(keep, 400);
  });
  words.addEventListener('keydown', (event) => {
    if (!canned.hidden && ['ArrowDown', 'ArrowUp', 'Enter', 'Tab'].includes(event.key)) {
      const shown = all('button', canned).filter((button) => !button.hidden);
      const at = shown.findIndex((button) => button.getAttribute('aria-selected') === 'true');
      if (event.key === 'Enter' || event.key === 'Tab') { if (shown[at]) { event.preventDefault(); take(shown[at]); } return; }
      event.preventDefault();
      const next = (at + (event.key === 'ArrowDown' ? 1 : shown.length - 1)) % shown.length;
      shown.forEach((button, index) => button.setAttribute('aria-selected', String(index === next)));
      return;
    }
    if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) { event.preventDefault(); composer.requestSubmit(); }
    if (event.key === 'Escape') { canned.hidden = true; words.blur(); }
  });
  composer.addEventListener('submit', async (event) => {
    event.preventDefault();
    const button = event.submitter;
    const target = button?.hasAttribute('formaction') ? button.getAttribute('formaction') : composer.getAttribute('action');
    const act = button?.dataset.act || 'reply';
    if ((act === 'reply' || (act === 'hand-back' && words.value.trim())) && openPart()) { say(composer.dataset.open); return; }
    if (act === 'reply' && !words.value.trim()) { words.focus(); return; }
    clearTimeout(timer);
    const fields = { nonce: composer.elements.nonce.value, words: words.value, minutes: composer.elements.minutes.value };
    if (!(await post(target, fields))) return;
    composer.elements.nonce.value = crypto.randomUUID().replaceAll('-', '');
    if (act === 'reply' || act === 'hand-back') { words.value = ''; one('#draft-state').textContent = ''; }
    say(composer.dataset.sent);
    setTimeout(() => ['list', 'thread', 'context'].forEach(refresh), 250);
  });
}
document.addEventListener('submit', async (event) => {
  const form = event.target;
  if (!form.hasAttribute('data-quiet')) return;
  event.preventDefault();
  await post(form.getAttribute('action'), new FormData(form));
  refresh('context');
});

// Reviewing with two keys: the first says what, the second what it should have been.
const review = one('#review');
const turns = () => all('[data-review]');
const chosen = () => document.activeElement?.closest?.('[data-review]') || turns().at(-1);
function ask(field, label, turn) {
  review.hidden = false;
  review.dataset.field = field;
  review.dataset.sequence = turn.dataset.sequence;
  one('label span', review).textContent = label;
  const input = review.elements.value;
  input.value = '';
  if (field === 'intents') input.setAttribute('list', 'intent-names'); else input.removeAttribute('list');
  input.focus();
}
async function correct(field, value, sequence) {
  const number = review.dataset.number;
  if (field === 'note') await post(`/conversations/${number}/note`, { sequence, words: value });
  else await post(`/conversations/${number}/correct`, { sequence, field, value });
  say(review.dataset.saved);
  await refresh('thread');
  document.getElementById('e' + sequence)?.focus({ preventScroll: true });
}
review?.addEventListener('submit', (event) => {
  event.preventDefault();
  const { field, sequence } = review.dataset;
  const value = review.elements.value.value.trim();
  review.hidden = true;
  if (value) correct(field, value, sequence);
});
review?.addEventListener('keydown', (event) => { if (event.key === 'Escape') { review.hidden = true; chosen()?.focus(); } });
function answerOf(turn) {
  let next = turn?.nextElementSibling;
  while (next && !next.hasAttribute('data-answer')) next = next.hasAttribute('data-review') ? null : next.nextElementSibling;
  return next;
}

let waiting = '';
function move(list, at, by) { return list[Math.min(Math.max(at + by, 0), list.length - 1)]; }
document.addEventListener('keydown', (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.target.matches('input, textarea, select')) return;
  const key = event.key.toLowerCase();
  const turn = review && chosen();
  const first = waiting;
  waiting = '';
  if (first && turn) {
    const sequence = turn.dataset.sequence;
    if (first === 'i' && key === '0') { event.preventDefault(); ask('intents', review.dataset.askIntent, turn); return; }
    if (first === 'i' && /^[1-5]$/.test(key)) {
      event.preventDefault();
      const intent = all('.ranked li', turn)[Number(key) - 1]?.dataset.intent;
      if (intent) correct('intents', intent, sequence);
      return;
    }
    if (first === 'e' && /^[1-4]$/.test(key)) { event.preventDefault(); correct('emotion', review.dataset.emotions.split('|')[Number(key) - 1], sequence); return; }
  }
  const moves = { j: ['.line > a', 1], k: ['.line > a', -1] };
  if (moves[key]) {
    const links = all(moves[key][0]);
    const at = links.findIndex((link) => link === document.activeElement);
    const start = at >= 0 ? at : links.findIndex((link) => link.hasAttribute('aria-current'));
    const next = move(links, start, moves[key][1]);
    next?.focus();
    return;
  }
  if ((key === 'n' || key === 'p') && thread) {
    const list = turns();
    const at = list.indexOf(document.activeElement?.closest?.('[data-review]'));
    const next = at < 0 ? list.at(-1) : move(list, at, key === 'n' ? 1 : -1);
    next?.focus();
    next?.scrollIntoView({ block: 'nearest' });
    return;
  }
  const focus = (selector) => { const place = one(selector); if (place) { event.preventDefault(); place.focus(); place.select?.(); } };
  if (key === '/') focus('[data-key="/"]');
  else if (key === 'r') focus('#words');
  else if (key === 'c') one('[data-act="claim"]:not(:disabled)')?.click();
  else if (turn && (key === 'i' || key === 'e')) waiting = key;
  else if (turn && key === 't') { event.preventDefault(); ask('entities', review.dataset.askEntity, turn); }
  else if (turn && key === 'o') { event.preventDefault(); ask('note', review.dataset.askNote, turn); }
  else if (turn && (key === 'g' || key === 'b')) {
    const answer = answerOf(turn);
    if (answer) post(`/conversations/${review.dataset.number}/judge`, { sequence: answer.dataset.sequence, good: key === 'g' ? '1' : '0' }).then(() => refresh('thread'));
  }
});
