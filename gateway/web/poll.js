// A question with choices: voting, the counts afterwards, and what a quiz explains.

import { html, nothing } from './vendor/lit.js';
import { check, cross } from './icons.js';
import { formatted } from './entities.js';
import { words } from './words.js';

function vote(chat, message, ids) {
  chat.marks.delete(message.poll.id);
  chat.act((clientId) => chat.api.vote(message.message_id, ids, clientId));
}

function choosing(chat, message) {
  const { poll } = message;
  if (!poll.allows_multiple_answers) {
    return html`<ul class="poll-options">${poll.options.map((option, index) => html`<li>
      <button class="poll-option" @click=${() => vote(chat, message, [index])}><span class="poll-box round-box"></span>
        <span>${formatted(option.text, option.text_entities)}</span></button></li>`)}</ul>`;
  }
  const marked = chat.marks.get(poll.id) ?? new Set();
  const mark = (index) => {
    if (!marked.delete(index)) marked.add(index);
    chat.marks.set(poll.id, marked);
    chat.changed();
  };
  return html`<ul class="poll-options">${poll.options.map((option, index) => html`<li>
      <button class="poll-option" role="checkbox" aria-checked=${marked.has(index) ? 'true' : 'false'} @click=${() => mark(index)}>
        <span class="poll-box">${marked.has(index) ? check : nothing}</span><span>${formatted(option.text, option.text_entities)}</span>
      </button></li>`)}</ul>
    <button class="button strong poll-send" ?disabled=${!marked.size}
      @click=${() => vote(chat, message, [...marked].sort((a, b) => a - b))}>${words.vote}</button>`;
}

/** Votes were given but no count is told: the sender keeps them until it closes. */
const keptBack = (poll) => poll.total_voter_count > 0 && poll.options.every((option) => !option.voter_count);

function results(message, mine) {
  const { poll } = message;
  const right = poll.correct_option_ids ?? (poll.correct_option_id === undefined ? [] : [poll.correct_option_id]);
  const most = Math.max(1, ...poll.options.map((option) => option.voter_count));
  return html`<ul class="poll-options">${poll.options.map((option, index) => {
    const own = mine.includes(index);
    const sign = right.includes(index) ? words.rightAnswer : own && right.length ? words.wrongAnswer : own ? words.yourVote : '';
    return html`<li class="poll-result">
      <span class="poll-text">${formatted(option.text, option.text_entities)}</span>
      ${keptBack(poll)
        ? nothing
        : html`<span class="poll-count">${words.votes(option.voter_count)}</span>
          <progress max=${most} value=${option.voter_count} aria-hidden="true"></progress>`}
      ${sign ? html`<span class=${sign === words.wrongAnswer ? 'poll-sign wrong' : 'poll-sign'}>${sign === words.wrongAnswer ? cross : check}${sign}</span>` : nothing}
    </li>`;
  })}</ul>`;
}

function kindOf(poll) {
  const kind = poll.type === 'quiz' ? words.quiz : words.poll;
  const more = [poll.is_anonymous === false ? words.openPoll : words.secretPoll];
  if (poll.allows_multiple_answers) more.push(words.several);
  if (poll.is_closed) more.push(words.closed);
  return [kind, ...more].join(' · ');
}

export function poll(chat, message) {
  const { poll: asked } = message;
  const mine = message.voted ?? []; // as the server knows it, whatever phone it was chosen on
  const over = asked.is_closed || mine.length > 0;
  const again = over && !asked.is_closed && (asked.allows_revoting ?? asked.type !== 'quiz');
  return html`<div class="poll">
    <p class="poll-question">${formatted(asked.question, asked.question_entities)}</p>
    <p class="file-size">${kindOf(asked)}</p>
    ${over ? results(message, mine) : choosing(chat, message)}
    ${over && asked.explanation
      ? html`<blockquote class="poll-why">${formatted(asked.explanation, asked.explanation_entities)}</blockquote>`
      : nothing}
    ${over && keptBack(asked)
      ? html`<p class="file-size">${words.resultsLater}</p>`
      : nothing}
    <p class="file-size">${words.voters(asked.total_voter_count)}
      ${again ? html` <button class="link" @click=${() => vote(chat, message, [])}>${words.takeVoteBack}</button>` : nothing}</p>
  </div>`;
}
