// What the page does better with scripts: suggestions while typing (a combobox with a list, selected by hand, as
// the ARIA Authoring Practices describe it), results without a reload, "/" for the search box. Without this file,
// or when anything here fails, every link and the form work as they are. embed.py says how this file is written.
'use strict';
(() => {
const node = (id) => document.getElementById(id);
const form = node('form');
const box = node('q');
if (!form || !box) {
  return;
}

// ---- suggestions ----

const words = form.dataset.suggest;
const list = document.createElement('ul');
const said = document.createElement('span');
let shown = [], chosen = -1, typed = '', timer = 0, asked = null;

const close = () => {
  clearTimeout(timer);
  if (asked) {
    asked.abort();
  }
  shown = [];
  chosen = -1;
  list.hidden = true;
  list.textContent = said.textContent = '';
  box.setAttribute('aria-expanded', 'false');
  box.removeAttribute('aria-activedescendant');
};

const choose = (i) => {
  const items = list.children;
  if (items[chosen]) {
    items[chosen].setAttribute('aria-selected', 'false');
  }
  chosen = i;
  if (items[i]) {
    items[i].setAttribute('aria-selected', 'true');
    items[i].scrollIntoView({block: 'nearest'});
    box.setAttribute('aria-activedescendant', items[i].id);
  } else {
    box.removeAttribute('aria-activedescendant');
  }
};

const take = (i) => {
  box.value = shown[i];
  close();
  form.requestSubmit();
};

const show = (found) => {
  close();
  shown = found;
  found.forEach((text, i) => {
    const item = document.createElement('li');
    item.id = 'list-' + i;
    item.dir = 'auto';
    item.setAttribute('role', 'option');
    item.setAttribute('aria-selected', 'false');
    item.textContent = text;
    item.onmousedown = (event) => event.preventDefault();
    item.onclick = () => take(i);
    list.append(item);
  });
  list.hidden = found.length === 0;
  box.setAttribute('aria-expanded', String(found.length !== 0));
  said.textContent = words.replace('{n}', found.length);
};

const suggest = async () => {
  const text = box.value.trim();
  typed = text;
  if (!text) {
    return close();
  }
  if (asked) {
    asked.abort();
  }
  asked = new AbortController();
  const signal = asked.signal;
  try {
    const answer = await fetch('?format=suggest&q=' + encodeURIComponent(text), {signal});
    const found = answer.ok ? (await answer.json())[1] : [];
    if (!signal.aborted && text === typed && document.activeElement === box) {
      show(found.filter((other) => other !== text));
    }
  } catch {
    if (!signal.aborted) {
      close();
    }
  }
};

const steps = {
  ArrowDown: () => (chosen + 1 < shown.length ? chosen + 1 : 0),
  ArrowUp: () => (chosen > 0 ? chosen - 1 : shown.length - 1),
};

if (words) {
  list.id = 'list';
  list.hidden = true;
  list.setAttribute('role', 'listbox');
  list.setAttribute('aria-label', form.querySelector('label').textContent);
  said.className = 'hidden';
  said.setAttribute('role', 'status');
  form.append(list, said);
  box.setAttribute('role', 'combobox');
  box.setAttribute('aria-autocomplete', 'list');
  box.setAttribute('aria-expanded', 'false');
  box.setAttribute('aria-controls', 'list');
  box.addEventListener('input', () => {
    clearTimeout(timer);
    timer = setTimeout(suggest, 120);
  });
  box.addEventListener('blur', close);
  box.addEventListener('keydown', (event) => {
    if (event.isComposing) {
      return;
    }
    const step = steps[event.key];
    if (step && shown.length) {
      event.preventDefault();
      choose(step());
    } else if (step && event.key === 'ArrowDown') {
      event.preventDefault();
      suggest();
    } else if (event.key === 'Enter' && shown[chosen] !== undefined) {
      event.preventDefault();
      take(chosen);
    } else if (event.key === 'Escape' && shown.length) {
      event.preventDefault();
      close();
    } else if (shown.length && /^(Home|End|Arrow(Left|Right))$/.test(event.key)) {
      choose(-1);
    }
  });
}

// ---- results without a reload ----

const parts = ['heading', 'count', 'found', 'kept'];
let loading = null, place = location.search;

const load = async (url, remember, y) => {
  if (loading) {
    loading.abort();
  }
  const mine = loading = new AbortController();
  const found = node('found');
  close();
  try {
    found.setAttribute('aria-busy', 'true');
    const answer = await fetch(url, {signal: mine.signal, headers: {Accept: 'text/html'}});
    const page = new DOMParser().parseFromString(await answer.text(), 'text/html');
    const fresh = parts.map((id) => page.getElementById(id));
    if (!answer.ok || fresh.includes(null)) {
      throw new Error('no results');
    }
    if (remember) {
      history.replaceState({y: scrollY}, '');
      history.pushState({y: 0}, '', url);
    }
    place = location.search;
    document.title = page.title;
    box.value = page.getElementById('q').value;
    parts.forEach((id, i) => {
      const old = node(id);
      if (id === 'count') {
        // the same element stays, so that its change is announced
        old.textContent = fresh[i].textContent;
      } else {
        old.replaceWith(fresh[i]);
      }
    });
    node('heading').focus({preventScroll: true});
    scrollTo(0, y);
  } catch {
    if (!mine.signal.aborted) {
      location.assign(url);
    }
  }
};

if (node('found')) {
  history.scrollRestoration = 'manual';
  if (history.state && history.state.y) {
    scrollTo(0, history.state.y);
  }
  addEventListener('pagehide', () => history.replaceState({y: scrollY}, ''));
  addEventListener('popstate', (event) => {
    if (location.search !== place) {
      load(location.href, false, (event.state && event.state.y) || 0);
    }
  });
  document.addEventListener('click', (event) => {
    const link = event.target.closest && event.target.closest('a[href^="?"]');
    if (!link || event.button || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) {
      return;
    }
    const href = link.getAttribute('href');
    if (href !== '?' && !/[?&](article|format)=/.test(href)) {
      event.preventDefault();
      load(new URL(href, location.href).href, true, 0);
    }
  });
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    const asks = [...new FormData(form)].filter(([, value]) => value);
    const url = new URL(form.action);
    url.search = new URLSearchParams(asks);
    if (box.value.trim()) {
      load(url.href, true, 0);
    } else {
      location.assign(url.href);
    }
  });
}

// ---- "/" ----

document.addEventListener('keydown', (event) => {
  const busy = /^(INPUT|TEXTAREA|SELECT)$/.test(event.target.tagName) || event.target.isContentEditable;
  if (event.key === '/' && !busy && !event.ctrlKey && !event.metaKey && !event.altKey) {
    event.preventDefault();
    box.focus();
    box.select();
  }
});
})();
