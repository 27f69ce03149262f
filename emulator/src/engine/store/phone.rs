//! Phone numbers, parsed by a port of the library the server uses.

use std::str::FromStr as _;

use phonenumber::{Mode, country};

use super::fault::PhoneFault;
use super::value::Phone;

/// Parses `input`, in the country of the two letters in `default_country` if it has no country code of its own.
pub(crate) fn parse(input: &str, default_country: &str) -> Result<Phone, PhoneFault> {
    let default_country = default_country.to_uppercase();
    let country = country::Id::from_str(&default_country).ok();
    let number = match phonenumber::parse(country, input) {
        Ok(number) => number,
        Err(phonenumber::ParseError::InvalidCountryCode) => {
            return Err(PhoneFault::Country);
        }
        Err(_) => return Err(PhoneFault::NoNumber),
    };
    Ok(Phone {
        input: input.to_owned(),
        default_country,
        country_code: u64::from(number.code().value()),
        national: number.national().value(),
        international_formatted: number.format().mode(Mode::International).to_string(),
        national_formatted: number.format().mode(Mode::National).to_string(),
        valid: number.is_valid(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formats_national_and_international() {
        let swiss = parse("044 668 18 00", "ch").unwrap();
        assert_eq!((swiss.country_code, swiss.national, swiss.valid), (41, 446_681_800, true));
        assert_eq!(
            (swiss.international_formatted.as_str(), swiss.national_formatted.as_str()),
            ("+41 44 668 18 00", "044 668 18 00")
        );
        let american = parse("+1 650 253 0000", "").unwrap();
        assert_eq!(
            (american.international_formatted.as_str(), american.national_formatted.as_str()),
            ("+1 650-253-0000", "(650) 253-0000")
        );
    }

    #[test]
    fn says_what_is_wrong() {
        assert_eq!(parse("not a number", "ch").unwrap_err(), PhoneFault::NoNumber);
        assert_eq!(parse("044 668 18 00", "").unwrap_err(), PhoneFault::Country);
    }
}
