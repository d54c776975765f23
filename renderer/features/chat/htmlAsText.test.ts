import { createElement } from 'react';
import { renderToStaticMarkup } from 'react-dom/server';
import ReactMarkdown from 'react-markdown';
import rehypeSanitize from 'rehype-sanitize';
import { expect, it } from 'vitest';
import { htmlAsText } from './htmlAsText.ts';

const render = (text: string): string =>
  renderToStaticMarkup(
    createElement(ReactMarkdown, { remarkPlugins: [htmlAsText], rehypePlugins: [rehypeSanitize] }, text),
  );

it('shows HTML as what was written, as a block and within a sentence', () => {
  expect(render('<script>alert(1)</script>')).toBe('<p>&lt;script&gt;alert(1)&lt;/script&gt;</p>');
  expect(render('Use <b>this</b>.')).toBe('<p>Use &lt;b&gt;this&lt;/b&gt;.</p>');
});

it('shows it in lists and quotes, too, and leaves code as it is', () => {
  expect(render('- <div>\n\n> <img src=x>')).toMatch(/&lt;div&gt;[^]*&lt;img src=x&gt;/);
  expect(render('`<b>`')).toBe('<p><code>&lt;b&gt;</code></p>');
});
