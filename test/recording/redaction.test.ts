import { expect } from 'chai';
import fc from 'fast-check';
import { membersIn } from '../../src/recording/json-scan.js';
import { knownValues, REDACTED, Redaction } from '../../src/recording/redaction.js';
import { runs } from '../support/random-runs.js';

describe('the redaction of frames', () => {
  const redaction = new Redaction({ keys: ['house-word'] });
  redaction.know(
    'salt',
    knownValues({ apiKey: 'key-of-the-test', deep: { secret: 'LongEnoughToBeLookedFor' } }, 'salt'),
  );

  const cases: readonly (readonly [why: string, frame: string, clean: string])[] = [
    ['tokens by their names', '{"access_token":"abcdefgh","x":1}', '{"access_token":"***","x":1}'],
    [
      'in any spelling',
      '{"accessToken" : "abcdefgh", "listenKey":"l"}',
      '{"accessToken" : "***", "listenKey":"***"}',
    ],
    [
      'objects and numbers',
      '{"signature":{"r":"0x1","v":27},"otp":123456,"a":[1]}',
      '{"signature":"***","otp":"***","a":[1]}',
    ],
    ['however deep', '{"a":{"b":[{"jwt":"e.y.J"}]}}', '{"a":{"b":[{"jwt":"***"}]}}'],
    ['names of the user', '{"House_Word":"x"}', '{"House_Word":"***"}'],
    [
      'values that are known',
      '{"topic":"LongEnoughToBeLookedFor","u":["key-of-the-test"]}',
      '{"topic":"***","u":["***"]}',
    ],
    ['what is cut off', '{"secret":"abc', '{"secret":"***"'],
    ['quotes inside of a value', '{"secret":"a\\"b","c":"d"}', '{"secret":"***","c":"d"}'],
  ];
  for (const [why, frame, clean] of cases) {
    it(`takes out ${why}`, () => {
      expect(redaction.mayHold(frame)).to.equal(true);
      expect(redaction.clean(frame)).to.equal(clean);
    });
  }

  const kept = [
    '{"jsonrpc":"2.0","method":"subscription","params":{"channel":"trades.BTC-PERPETUAL.100ms","data":[{"price":1.10}]}}',
    '{"symbol":"TOKEN-USDT","design":"x","assigned":[1.0,2]}',
    '{"token":"","secret":null}',
    '{"coin":"USDC","token":0,"quoteToken":"USDC"}',
    'ping',
    '',
  ];
  for (const frame of kept) {
    it(`leaves ${frame.slice(0, 40) || 'an empty frame'} as it is`, () => {
      expect(redaction.clean(frame)).to.equal(frame);
    });
  }

  it('keeps of a login only what says that it is one', () => {
    const logins: readonly (readonly [string, string])[] = [
      [
        '{"id":1,"method":"public/auth","params":{"grant_type":"client_signature","client_id":"c","timestamp":17,"nonce":"n"}}',
        '{"id":1,"method":"public/auth","params":{"grant_type":"client_signature","client_id":"***","timestamp":"***","nonce":"***"}}',
      ],
      ['{"op":"auth","args":["key",17,"0a1b"]}', '{"op":"auth","args":["***",17,"***"]}'],
      [
        '{"op":"login","args":[{"sign":"s","what":"ever"}]}',
        '{"op":"login","args":[{"sign":"***","what":"***"}]}',
      ],
      ['{"op":"auth","args":"whole"}', '{"op":"auth","args":"***"}'],
    ];
    for (const [frame, clean] of logins) expect(redaction.cleanLogin(frame)).to.equal(clean);
  });

  it('takes what looks like a token out of the answer to a login', () => {
    const answer =
      '{"id":1,"result":{"session":"0123456789abcdefghij","user":"me"},"request":{"args":["key-of-the-test"]}}';
    const clean = '{"id":1,"result":{"session":"***","user":"me"},"request":{"args":["***"]}}';
    expect(redaction.cleanLoginAnswer(answer)).to.equal(clean);
  });

  it('never leaves a secret in any JSON, and never breaks it', () => {
    const secret = 'S3CRETS3CRETS3CRET';
    const withSecret = fc.letrec<{ node: unknown }>((tie) => ({
      node: fc.oneof(
        { maxDepth: 4, withCrossShrink: true },
        fc.constantFrom<unknown>(1, 'x', null, true, 'a"b', '\\'),
        fc.array(tie('node'), { maxLength: 3 }),
        fc.dictionary(fc.constantFrom('a', 'price', 'b c'), tie('node'), { maxKeys: 3 }),
        fc.record({ api_key: fc.constantFrom<unknown>(secret, [secret], { x: secret }), other: tie('node') }),
      ),
    })).node;
    fc.assert(
      fc.property(withSecret, fc.integer({ min: 0, max: 4 }), (value, space) => {
        const clean = redaction.clean(JSON.stringify(value, null, space));
        expect(clean).to.not.contain(secret);
        expect(JSON.stringify(JSON.parse(clean))).to.equal(
          JSON.stringify(value, (key, inner: unknown) => (key === 'api_key' ? REDACTED : inner)),
        );
      }),
    );
  });

  it('never throws, whatever the text is', () => {
    fc.assert(
      fc.property(
        fc.string({
          unit: fc.constantFrom('{', '}', '[', ']', ':', '"', ',', '\\', ' ', 'a', 'T', '1', 'token'),
        }),
        (text) => {
          redaction.clean(text);
          redaction.cleanLogin(text);
          redaction.cleanLoginAnswer(text);
          for (const { start, end } of membersIn(text)) expect(end).to.be.at.least(start);
        },
      ),
      { numRuns: runs(2000) },
    );
  });
});
