//! Position in an iteration: the current page, the resume token, and the order of pages. Does no
//! I/O.

use std::vec;

use super::ResumeToken;
use crate::error::Verdict;
use crate::{Error, ErrorKind, Result, Uuid};

/// Page of an iteration: ids in the server's order, each with its object.
pub(super) type Page<T> = Vec<(Uuid, T)>;

#[derive(Debug)]
pub(super) struct Walk<T> {
    token: ResumeToken,
    page: vec::IntoIter<(Uuid, T)>,
    /// Last id of the page.
    last: Option<Uuid>,
}

impl<T> Walk<T> {
    pub(super) fn new(token: ResumeToken) -> Self {
        Self { token, page: Vec::new().into_iter(), last: token.id() }
    }

    /// Returns the position after the object that was returned last.
    pub(super) fn token(&self) -> ResumeToken {
        self.token
    }

    /// Returns the cursor of the next page: the last id of this one.
    pub(super) fn cursor(&self) -> Option<Uuid> {
        self.last
    }

    /// Returns the next object of the page.
    pub(super) fn next(&mut self) -> Option<T> {
        let (id, found) = self.page.next()?;
        self.token = id.into();
        Some(found)
    }

    /// Moves to the next page. If the page is refused, none of its objects is returned.
    pub(super) fn turn_to(&mut self, page: Page<T>) -> Result<()> {
        if let Some(last) = check_order(self.last, page.iter().map(|(id, _)| *id))? {
            self.last = Some(last);
            self.page = page.into_iter();
        } else {
            self.token = ResumeToken::END;
        }
        Ok(())
    }

    /// Drops the rest of the page.
    pub(super) fn discard(&mut self) {
        self.page = Vec::new().into_iter();
    }
}

/// Returns the last of these ids. Fails unless they are in ascending byte order, after the cursor.
///
/// Any other order would repeat objects, skip some, or never end.
pub(super) fn check_order(cursor: Option<Uuid>, ids: impl Iterator<Item = Uuid>) -> Result<Option<Uuid>> {
    let mut last = None;
    for id in ids {
        let out_of_order = |what: &str, before: Uuid| {
            let message = format!(
                "the server sent the object {id}, which must come after {what} {before}; \
                 resume from the token, or report a bug of the server"
            );
            Err(Error::new(Verdict::unknown(ErrorKind::Server), message))
        };
        match (last, cursor) {
            (Some(before), _) if id <= before => return out_of_order("the object", before),
            (None, Some(cursor)) if id <= cursor => return out_of_order("the cursor", cursor),
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
    fn the_token_follows_the_object_and_the_cursor_the_page() {
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
    fn an_iteration_resumes_within_a_page() {
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
    fn a_page_out_of_order_is_refused_as_a_whole() {
        for (second, words) in [
            (&[1, 2, 3][..], "after the cursor 00000000-0000-0000-0000-000000000003"),
            (&[3], "sent the object 00000000-0000-0000-0000-000000000003"),
            (&[2, 4], "sent the object 00000000-0000-0000-0000-000000000002"),
            (&[4, 6, 5], "after the object 00000000-0000-0000-0000-000000000006"),
            (&[4, 4], "sent the object 00000000-0000-0000-0000-000000000004"),
            (&[4, 3], "sent the object 00000000-0000-0000-0000-000000000003"),
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

    /// The server compares bytes, not numbers in native byte order.
    #[test]
    fn ids_are_ordered_as_their_texts() {
        let ids = ["000000ff-0000-0000-0000-000000000000", "0000ff00-0000-0000-0000-000000000000"];
        let ids = ids.map(|id| Uuid::parse_str(id).unwrap());
        assert_eq!(check_order(None, ids.into_iter()).unwrap(), Some(ids[1]));
        assert!(check_order(None, ids.into_iter().rev()).is_err());
        assert!(check_order(Some(ids[1]), ids.into_iter()).is_err());
    }
}
