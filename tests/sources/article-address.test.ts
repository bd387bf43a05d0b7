import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { canonicalArticle } from '../../src/sources/article-address.ts';

const NEW = 'https://english.motir.go.kr/eng/article';
const OLD = 'http://english.motie.go.kr/en';

describe('an article has one number, however its address is written', () => {
  test.each([
    ['the page of the press board', `${NEW}/EATCLdfa319ada/1848/view`, '2', '1848'],
    ['of the photo board', `${NEW}/EATCLffca659a6/2336/view`, '1', '2336'],
    ['plain http', `http://english.motir.go.kr/eng/article/EATCLdfa319ada/1848/view`, '2', '1848'],
    ['the host before October 2025', 'https://english.motie.go.kr/eng/article/EATCLdfa319ada/1848/view', '2', '1848'],
    [
      'a host in capitals, with its own port',
      'https://ENGLISH.MOTIR.GO.KR:443/eng/article/EATCLdfa319ada/1848/view',
      '2',
      '1848',
    ],
    ['parameters', `${NEW}/EATCLdfa319ada/1848/view?pageIndex=3&bbsCdN=2`, '2', '1848'],
    ['in the other order', `${NEW}/EATCLdfa319ada/1848/view?bbsCdN=2&pageIndex=1`, '2', '1848'],
    ['empty parameters, a fragment', `${NEW}/EATCLdfa319ada/1848/view?&pageIndex=&#top`, '2', '1848'],
    ['a session', `${NEW}/EATCLdfa319ada/1848/view;jsessionid=AB12?pageIndex=1`, '2', '1848'],
    ['the list of both boards', `${NEW}/EATCL0512e0b48/1001/view?bbsCdN=1&pageIndex=9`, '1', '1001'],
    ['the same number on the other board', `${NEW}/EATCL0512e0b48/1001/view?bbsCdN=2`, '2', '1001'],
    ['a topic list', 'https://english.motir.go.kr/eng/14/topics/3/2441/view?pageIndex=2&bbsCdN=2', '2', '2441'],
    ['the old scheme', `${OLD}/pc/pressreleases/bbs/bbsView.do?bbs_seq_n=1532&bbs_cd_n=2`, '2', '1532'],
    [
      'its parameters in the other order',
      `${OLD}/pc/pressreleases/bbs/bbsView.do?bbs_cd_n=2&bbs_seq_n=1532`,
      '2',
      '1532',
    ],
    [
      'a literal &&',
      `${OLD}/tp/tradeinvestrment/bbs/bbsView.do?bbs_seq_n=1532&bbs_cd_n=2&view_type_v=TOPIC&&currentPage=1&search_key_n=&search_val_v=&cate_n=1`,
      '2',
      '1532',
    ],
    ['without what was searched for', `${OLD}/tp/energy/bbs/bbsView.do?bbs_seq_n=983&bbs_cd_n=1`, '1', '983'],
    [
      'https',
      'https://english.motie.go.kr/en/tp/alltopics/bbs/bbsView.do?currentPage=1&bbs_cd_n=2&bbs_seq_n=983',
      '2',
      '983',
    ],
    ['the folder names the board', `${OLD}/pc/photonews/bbs/bbsView.do?bbs_seq_n=1001`, '1', '1001'],
    [
      'the old scheme on the new host',
      'https://english.motir.go.kr/en/pc/pressreleases/bbs/bbsView.do?bbs_seq_n=7&bbs_cd_n=2',
      '2',
      '7',
    ],
    [
      'escaped as in the source of a page',
      `${OLD}/tp/industry/bbs/bbsView.do?bbs_seq_n=1532&amp;bbs_cd_n=2`,
      '2',
      '1532',
    ],
    ['the Korean site', 'https://www.motir.go.kr/kor/article/ATCL3f49a5a8c/172106/view', '81', '172106'],
    ['its older host', 'http://www.motie.go.kr/kor/article/ATCL3f49a5a8c/172106/view?pageIndex=2', '81', '172106'],
  ])('%s', (_, address, code, number) => {
    expect(canonicalArticle(address)).toEqual({ code, number });
  });

  test.each([
    ['a look-alike', 'https://928475.vj1bv.group/eng/article/EATCLdfa319ada/1848/view'],
    ['a host that only begins like it', 'https://english.motir.go.kr.example.org/eng/article/EATCLdfa319ada/1848/view'],
    ['another port', 'https://english.motir.go.kr:8443/eng/article/EATCLdfa319ada/1848/view'],
    ['a list', `${NEW}/EATCLdfa319ada?pageIndex=2`],
    ['a list of two boards that does not say which', `${NEW}/EATCL0512e0b48/1001/view`],
    ['path and parameter that disagree', `${NEW}/EATCLdfa319ada/1001/view?bbsCdN=1`],
    ['the old scheme without a number', `${OLD}/pc/pressreleases/bbs/bbsView.do?bbs_cd_n=2`],
    ['the old scheme with a word for a number', `${OLD}/pc/pressreleases/bbs/bbsView.do?bbs_seq_n=abc&bbs_cd_n=2`],
    ['an old topic that does not say which board', `${OLD}/tp/energy/bbs/bbsView.do?bbs_seq_n=983`],
    ['another board of the Korean site', 'https://www.motir.go.kr/kor/article/ATCLb41cda0c5/70012/view'],
    [
      'a board of the English site on the host of the Korean one',
      'https://www.motir.go.kr/eng/article/EATCLdfa319ada/1848/view',
    ],
    [
      'the mirror of another house',
      'https://www.korea.net/Government/Briefing-Room/Press-Releases/view?articleId=8218',
    ],
    ['another scheme', 'ftp://english.motir.go.kr/eng/article/EATCLdfa319ada/1848/view'],
    ['no address', 'article 1848'],
  ])('%s is nobody', (_, address) => {
    expect(canonicalArticle(address)).toBeNull();
  });

  test('in any order of parameters, with any others beside them', () => {
    const other = fc.constantFrom(
      '',
      'currentPage=1',
      'search_key_n=',
      'search_val_v=',
      'cate_n=1',
      'view_type_v=TOPIC',
    );
    fc.assert(
      fc.property(
        fc.nat(99_999),
        fc.constantFrom(1, 2),
        fc.array(other),
        fc.boolean(),
        (number, code, others, swap) => {
          const mine = [`bbs_seq_n=${number}`, `bbs_cd_n=${code}`];
          const query = [...others, ...(swap ? mine.toReversed() : mine), ...others.toReversed()].join('&');
          expect(canonicalArticle(`${OLD}/tp/industry/bbs/bbsView.do?${query}`)).toEqual({
            code: String(code),
            number: String(number),
          });
        },
      ),
    );
  });
});
