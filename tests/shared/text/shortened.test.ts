import { shortened } from '../../../shared/text/shortened';

it.each([
  { text: 'short', most: 10, expected: 'short' },
  { text: '3395856ce81f2b7382dee72602f798b642f14140', most: 13, expected: '3395856c…4140' },
  { text: '🦊'.repeat(5), most: 4, expected: '🦊🦊…🦊' },
])('shortened($text, $most) keeps beginning and end', ({ text, most, expected }) => {
  expect(shortened(text, most)).toBe(expected);
});
