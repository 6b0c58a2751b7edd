// Days and times as people here say them. Always Beijing time: China has one time zone, the bot speaks
// in it, and a phone with a wrong zone must not show another day than the bot's words.

import { words } from './words.js';

const ZONE = 'Asia/Shanghai';
const WEEKDAYS = ['星期日', '星期一', '星期二', '星期三', '星期四', '星期五', '星期六'];
const DAY = 86_400;

const dayFormat = new Intl.DateTimeFormat('sv-SE', { timeZone: ZONE, year: 'numeric', month: '2-digit', day: '2-digit' });
const timeFormat = new Intl.DateTimeFormat('zh-CN', { timeZone: ZONE, hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });

/** `2026-11-20`, the Beijing day of a Unix time in seconds. */
export const dayOf = (seconds) => dayFormat.format(seconds * 1000);

/** `14:05` */
export const timeOf = (seconds) => timeFormat.format(seconds * 1000);

/** 今天 / 昨天 / 11月20日 星期五 / 2025年11月20日 星期四 */
export function dayName(day, now) {
  if (day === dayOf(now)) return words.today;
  if (day === dayOf(now - DAY)) return words.yesterday;
  const [year, month, date] = day.split('-').map(Number);
  const weekday = WEEKDAYS[new Date(Date.UTC(year, month - 1, date)).getUTCDay()];
  const thisYear = dayOf(now).startsWith(`${year}-`);
  return `${thisYear ? '' : `${year}年`}${month}月${date}日 ${weekday}`;
}

/** `0:05`, `12:30`: how long something takes. */
export function clockOf(seconds) {
  const whole = Math.max(0, Math.floor(seconds));
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, '0')}`;
}
