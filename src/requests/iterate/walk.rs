//! The walk over pages: what comes next, how far it is, and whether a page goes on where the last one ended. It knows
//! nothing of servers.

use std::vec;

use super::ResumeToken;
use crate::error::Verdict;
use crate::{Error, ErrorKind, Result, Uuid};

/// What is known of a page: ids in the server's order, each with what belongs to it.
pub(super) type Page<T> = Vec<(Uuid, T)>;

#[derive(Debug)]
pub(super) struct Walk<T> {
    token: ResumeToken,
    page: vec::IntoIter<(Uuid, T)>,
    /// The last id of the page.
    last: Option<Uuid>,
}

impl<T> Walk<T> {
    pub(super) fn new(token: ResumeToken) -> Self {
        Self { token, page: Vec::new().into_iter(), last: token.id() }
    }

    /// Behind what was handed out last.
    pub(super) fn token(&self) -> ResumeToken {
        self.token
    }

    /// Behind which object the next page begins.
    pub(super) fn cursor(&self) -> Option<Uuid> {
        self.last
    }

    /// The next of the page.
    pub(super) fn next(&mut self) -> Option<T> {
        let (id, found) = self.page.next()?;
        self.token = id.into();
        Some(found)
    }

    /// Goes on to the next page. Nothing of it was handed out if it is refused.
    pub(super) fn turn_to(&mut self, page: Page<T>) -> Result<()> {
        if let Some(last) = check_order(self.last, page.iter().map(|(id, _)| *id))? {
            self.last = Some(last);
            self.page = page.into_iter();
        } else {
            self.token = ResumeToken::END;
        }
        Ok(())
    }

    /// Forgets the rest of the page.
    pub(super) fn discard(&mut self) {
        self.page = Vec::new().into_iter();
    }
}

/// The last of these ids, if they are in the order that cursors go by, that of their bytes, and all behind the cursor.
/// Anything else would give objects out twice, or leave some out, or go round in circles.
pub(super) fn check_order(cursor: Option<Uuid>, ids: impl Iterator<Item = Uuid>) -> Result<Option<Uuid>> {
    let mut last = None;
    for id in ids {
        let stalled = |what: &str, before: Uuid| {
            let message = format!("the server does not go on behind {what} {before}: it sent {id} next");
            Err(Error::new(Verdict::unknown(ErrorKind::Server), message))
        };
        match (last, cursor) {
            (Some(before), _) if id <= before => return stalled("the object", before),
            (None, Some(cursor)) if id <= cursor => return stalled("the cursor", cursor),
            _ => last = Some(id),
        }
    }
    Ok(last)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(ids: &[u128]) -> Page<u128> {
        ids.iter().map(|id| (Uuid::from_u128(*id), *id)).collect()
    }

    fn behind(id: u128) -> ResumeToken {
        Uuid::from_u128(id).into()
    }

    #[test]
    fn the_token_is_behind_what_was_handed_out_and_the_cursor_behind_the_page() {
        let mut walk = Walk::new(ResumeToken::start());
        assert_eq!((walk.token(), walk.cursor(), walk.next()), (ResumeToken::start(), None, None));
        walk.turn_to(page(&[1, 5, 9])).unwrap();
        assert_eq!((walk.token(), walk.cursor()), (ResumeToken::start(), Some(Uuid::from_u128(9))));
        assert_eq!((walk.next(), walk.token()), (Some(1), behind(1)));
        assert_eq!((walk.next(), walk.token()), (Some(5), behind(5)));
        assert_eq!((walk.next(), walk.token(), walk.next()), (Some(9), behind(9), None));
        walk.turn_to(page(&[10])).unwrap();
        assert_eq!((walk.next(), walk.token(), walk.next()), (Some(10), behind(10), None));
        walk.turn_to(page(&[])).unwrap();
        assert_eq!((walk.next(), walk.token().is_end()), (None, true));
    }

    #[test]
    fn a_walk_that_was_cut_within_a_page_goes_on_behind_the_cut() {
        let all: Vec<u128> = (1..=7).collect();
        for cut in 0..=all.len() {
            let mut walk = Walk::new(ResumeToken::start());
            walk.turn_to(page(&all)).unwrap();
            let mut seen: Vec<u128> = (0..cut).map_while(|_| walk.next()).collect();
            let mut rest = Walk::new(walk.token());
            let cursor = rest.cursor().map_or(0, |id| id.as_u128());
            rest.turn_to(page(&all.iter().copied().filter(|id| *id > cursor).collect::<Vec<_>>())).unwrap();
            seen.extend(std::iter::from_fn(|| rest.next()));
            assert_eq!(seen, all, "cut behind {cut}");
        }
    }

    #[test]
    fn a_page_that_does_not_go_on_is_refused_before_anything_of_it_is_handed_out() {
        for (second, words) in [
            (&[1, 2, 3][..], "behind the cursor 00000000-0000-0000-0000-000000000003"),
            (&[3], "it sent 00000000-0000-0000-0000-000000000003 next"),
            (&[2, 4], "it sent 00000000-0000-0000-0000-000000000002 next"),
            (&[4, 6, 5], "behind the object 00000000-0000-0000-0000-000000000006"),
            (&[4, 4], "it sent 00000000-0000-0000-0000-000000000004 next"),
            (&[4, 3], "it sent 00000000-0000-0000-0000-000000000003 next"),
        ] {
            let mut walk = Walk::new(ResumeToken::start());
            walk.turn_to(page(&[1, 2, 3])).unwrap();
            while walk.next().is_some() {}
            let error = walk.turn_to(page(second)).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Server);
            assert!(error.to_string().contains(words), "{second:?}: {error}");
            assert_eq!((walk.next(), walk.token()), (None, behind(3)), "{second:?}");
        }
    }

    /// As the server compares them, and not as numbers in the order of this machine's bytes.
    #[test]
    fn ids_are_in_the_order_of_their_texts() {
        let ids = ["000000ff-0000-0000-0000-000000000000", "0000ff00-0000-0000-0000-000000000000"];
        let ids = ids.map(|id| Uuid::parse_str(id).unwrap());
        assert_eq!(check_order(None, ids.into_iter()).unwrap(), Some(ids[1]));
        assert!(check_order(None, ids.into_iter().rev()).is_err());
        assert!(check_order(Some(ids[1]), ids.into_iter()).is_err());
    }
}
