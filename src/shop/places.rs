//! Which province and city a place belongs to, so that nobody has to spell out what follows from the rest. From the
//! project's own list of places. Leaves to others: finding places in sentences (`nlu`), whether the shop delivers there.

use std::collections::HashMap;
use std::sync::LazyLock;

const LIST: &str = include_str!("../../data/gazetteer/china.txt");

/// A district with its city and province, each with its suffix.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Place {
    province: &'static str,
    city: &'static str,
    district: &'static str,
}

struct Places {
    all: Vec<Place>,
    province_of_city: HashMap<&'static str, &'static str>,
}

static PLACES: LazyLock<Places> = LazyLock::new(|| {
    let mut places = Places { all: Vec::new(), province_of_city: HashMap::new() };
    for line in LIST.lines().filter(|line| !line.starts_with('#')) {
        let Some((province, cities)) = line.split_once(':') else { continue };
        for city in cities.split('|') {
            let mut names = city.split_whitespace();
            let Some(city) = names.next() else { continue };
            places.province_of_city.insert(city, province);
            places.all.extend(names.map(|district| Place { province, city, district }));
        }
    }
    places
});

/// The province of a city.
pub fn province_of_city(city: &str) -> Option<&'static str> {
    PLACES.province_of_city.get(city).copied()
}

/// The city of a province that is its own city (北京市).
pub fn city_of_province(province: &str) -> Option<&'static str> {
    PLACES.province_of_city.get_key_value(province).map(|(city, _)| *city)
}

/// What is known of a district's place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Parents {
    /// Its province and city.
    Known(&'static str, &'static str),
    /// Several cities have one of that name.
    Several,
    /// The list has none of that name.
    Unknown,
}

/// Province and city of a district; where several cities have it, the one in `near_city`.
pub fn parents_of_district(district: &str, near_city: &str) -> Parents {
    let places = || PLACES.all.iter().filter(|place| place.district == district);
    let near = places().find(|place| place.city == near_city);
    let mut all = places();
    match (near, all.next(), all.next()) {
        (Some(place), _, _) | (None, Some(place), None) => Parents::Known(place.province, place.city),
        (None, Some(_), Some(_)) => Parents::Several,
        (None, None, _) => Parents::Unknown,
    }
}

/// Whether the list has districts for a city; a few cities have none.
pub fn has_districts(city: &str) -> bool {
    PLACES.all.iter().any(|place| place.city == city)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_follows_from_a_place_is_known() {
        assert_eq!(province_of_city("杭州市"), Some("浙江省"));
        assert_eq!(province_of_city("桃花岛"), None);
        assert_eq!(city_of_province("北京市"), Some("北京市"));
        assert_eq!(city_of_province("浙江省"), None);
        for (district, near, expected) in [
            ("余杭区", "", Parents::Known("浙江省", "杭州市")),
            ("朝阳区", "", Parents::Several),
            ("朝阳区", "长春市", Parents::Known("吉林省", "长春市")),
            ("朝阳区", "北京市", Parents::Known("北京市", "北京市")),
            ("无此区", "北京市", Parents::Unknown),
        ] {
            assert_eq!(parents_of_district(district, near), expected, "{district} near {near}");
        }
        assert!(has_districts("杭州市") && !has_districts("东莞市"));
    }
}
