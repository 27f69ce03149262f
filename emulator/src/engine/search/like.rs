//! Matching for the `Like` operator: `*` stands for any run of characters, `?` for exactly one.

/// Returns whether `text` as a whole matches `pattern`. Never takes more steps than the product of the two lengths.
pub(crate) fn matches(pattern: &str, text: &str) -> bool {
    let pattern: Vec<char> = pattern.chars().collect();
    let text: Vec<char> = text.chars().collect();
    let (mut p, mut t) = (0, 0);
    // Where to resume when a later part fails: the last star and the text position it has swallowed up to.
    let mut resume: Option<(usize, usize)> = None;
    while let Some(&c) = text.get(t) {
        match pattern.get(p) {
            Some('*') => {
                resume = Some((p, t));
                p += 1;
            }
            Some(&w) if w == '?' || w == c => {
                p += 1;
                t += 1;
            }
            _ => match resume {
                Some((star, from)) => {
                    resume = Some((star, from + 1));
                    p = star + 1;
                    t = from + 1;
                }
                None => return false,
            },
        }
    }
    pattern.iter().skip(p).all(|&c| c == '*')
}

#[cfg(test)]
mod tests {
    use super::matches;

    #[test]
    fn wildcards() {
        assert!(matches("wood*", "wooden"));
        assert!(matches("*oo*", "spoon"));
        assert!(matches("r?d", "red"));
        assert!(matches("?-1*", "A-1"));
        assert!(matches("*", ""));
        assert!(matches("a*b*c", "axxbyyc"));
        assert!(matches("é?", "éü"));
        assert!(!matches("r?d", "rd"));
        assert!(!matches("wood", "wooden"));
        assert!(!matches("a*b*c", "axxbyy"));
    }
}
