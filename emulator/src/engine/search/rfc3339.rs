//! RFC 3339 times, read and refused in the words the server uses.

use thiserror::Error;

/// The reason why a text is not an RFC 3339 time.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub(crate) enum TimeError {
    #[error("parsing time {text:?} as {layout:?}: cannot parse {rest:?} as {part:?}", layout = LAYOUT)]
    Unexpected { text: String, rest: String, part: &'static str },
    #[error("parsing time {text:?}: {part} out of range")]
    OutOfRange { text: String, part: &'static str },
    #[error("parsing time {text:?}: extra text: {rest:?}")]
    ExtraText { text: String, rest: String },
}

const LAYOUT: &str = "2006-01-02T15:04:05Z07:00";

/// Nanoseconds since 1970-01-01T00:00:00Z.
pub(crate) fn nanos(text: &str) -> Result<i128, TimeError> {
    let mut scan = Scan { text, rest: text };
    let year = scan.digits(4, "2006")?;
    scan.literal("-")?;
    let month = scan.digits(2, "01")?;
    if !(1..=12).contains(&month) {
        return Err(scan.out_of_range("month"));
    }
    scan.literal("-")?;
    let day = scan.digits(2, "02")?;
    scan.literal("T")?;
    let hour = scan.digits(2, "15")?;
    if hour > 23 {
        return Err(scan.out_of_range("hour"));
    }
    scan.literal(":")?;
    let minute = scan.digits(2, "04")?;
    if minute > 59 {
        return Err(scan.out_of_range("minute"));
    }
    scan.literal(":")?;
    let second = scan.digits(2, "05")?;
    if second > 59 {
        return Err(scan.out_of_range("second"));
    }
    let fraction = scan.fraction();
    let offset = scan.offset()?;
    if !scan.rest.is_empty() {
        return Err(TimeError::ExtraText { text: text.to_owned(), rest: scan.rest.to_owned() });
    }
    if day < 1 || day > days_in_month(year, month) {
        return Err(scan.out_of_range("day"));
    }
    let seconds = days_from_epoch(year, month, day) * 86_400 + hour * 3_600 + minute * 60 + second - offset;
    Ok(i128::from(seconds) * 1_000_000_000 + i128::from(fraction))
}

struct Scan<'a> {
    text: &'a str,
    rest: &'a str,
}

impl Scan<'_> {
    fn expected(&self, part: &'static str) -> TimeError {
        TimeError::Unexpected { text: self.text.to_owned(), rest: self.rest.to_owned(), part }
    }

    fn out_of_range(&self, part: &'static str) -> TimeError {
        TimeError::OutOfRange { text: self.text.to_owned(), part }
    }

    fn digits(&mut self, count: usize, part: &'static str) -> Result<i64, TimeError> {
        let (number, rest) = self
            .rest
            .split_at_checked(count)
            .filter(|(number, _)| number.bytes().all(|b| b.is_ascii_digit()))
            .ok_or_else(|| self.expected(part))?;
        let value = number.parse().map_err(|_| self.expected(part))?;
        self.rest = rest;
        Ok(value)
    }

    fn literal(&mut self, part: &'static str) -> Result<(), TimeError> {
        self.rest = self.rest.strip_prefix(part).ok_or_else(|| self.expected(part))?;
        Ok(())
    }

    /// Optional decimals of a second, as nanoseconds; further digits are cut off.
    fn fraction(&mut self) -> u32 {
        let Some(after) = self.rest.strip_prefix(['.', ',']) else { return 0 };
        let count = after.bytes().take_while(u8::is_ascii_digit).count();
        if count == 0 {
            return 0;
        }
        let (digits, rest) = after.split_at(count);
        self.rest = rest;
        digits.bytes().chain(std::iter::repeat(b'0')).take(9).fold(0, |sum, digit| sum * 10 + u32::from(digit - b'0'))
    }

    fn offset(&mut self) -> Result<i64, TimeError> {
        if let Some(rest) = self.rest.strip_prefix('Z') {
            self.rest = rest;
            return Ok(0);
        }
        let wrong = self.expected("Z07:00");
        let (sign, rest) = match self.rest.split_at_checked(1) {
            Some(("+", rest)) => (1, rest),
            Some(("-", rest)) => (-1, rest),
            _ => return Err(wrong),
        };
        let mut inner = Scan { text: self.text, rest };
        let hours = inner.digits(2, "Z07:00").map_err(|_| wrong.clone())?;
        inner.literal(":").map_err(|_| wrong.clone())?;
        let minutes = inner.digits(2, "Z07:00").map_err(|_| wrong.clone())?;
        if hours > 24 {
            return Err(self.out_of_range("time zone offset hour"));
        }
        if minutes > 60 {
            return Err(self.out_of_range("time zone offset minute"));
        }
        self.rest = inner.rest;
        Ok(sign * (hours * 3_600 + minutes * 60))
    }
}

fn is_leap(year: i64) -> bool {
    year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
}

fn days_in_month(year: i64, month: i64) -> i64 {
    match month {
        2 if is_leap(year) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// Days between 1970-01-01 and a date of the proleptic Gregorian calendar.
fn days_from_epoch(year: i64, month: i64, day: i64) -> i64 {
    // Years are counted from March, so that the leap day comes last.
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let year_of_era = year.rem_euclid(400);
    let month_from_march = (month + 9) % 12;
    let day_of_year = (153 * month_from_march + 2) / 5 + day - 1;
    era * 146_097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year - 719_468
}

#[cfg(test)]
mod tests {
    use super::nanos;

    #[test]
    fn offsets_and_fractions() {
        assert_eq!(nanos("1970-01-01T00:00:00Z"), Ok(0));
        assert_eq!(nanos("2020-01-15T11:00:00+01:00"), nanos("2020-01-15T10:00:00Z"));
        assert_eq!(nanos("2000-02-29T12:00:00.5Z"), Ok(951_825_600_500_000_000));
        assert_eq!(nanos("1969-12-31T23:59:59.999999999Z"), Ok(-1));
    }

    #[test]
    fn refusals_name_the_part() {
        let text = |s: &str| nanos(s).map_err(|e| e.to_string()).unwrap_err();
        assert_eq!(
            text("yesterday"),
            r#"parsing time "yesterday" as "2006-01-02T15:04:05Z07:00": cannot parse "yesterday" as "2006""#
        );
        assert_eq!(
            text("1577836800000"),
            r#"parsing time "1577836800000" as "2006-01-02T15:04:05Z07:00": cannot parse "836800000" as "-""#
        );
        assert_eq!(text("2023-02-29T00:00:00Z"), r#"parsing time "2023-02-29T00:00:00Z": day out of range"#);
        assert_eq!(text("2023-02-28T00:00:00Zx"), r#"parsing time "2023-02-28T00:00:00Zx": extra text: "x""#);
        assert!(nanos("").is_err());
        assert!(nanos("é").is_err());
    }
}
