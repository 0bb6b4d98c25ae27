//! Measures of a body as the size tables have them. Leaves to others: reading them out of sentences (`nlu`), the tables
//! (`shop`).

crate::closed_set! {
    /// What is measured, named as in the size tables.
    Measure {
        /// Body height, in millimetres.
        Height = "身高",
        /// Body weight, in grams.
        Weight = "体重",
        /// Chest girth, in millimetres.
        Chest = "胸围",
        /// Waist girth, in millimetres.
        Waist = "腰围",
        /// Length of the foot, in millimetres.
        Foot = "脚长",
    }
}

/// Measures of one body: lengths in millimetres, weight in grams.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Measures {
    /// Body height.
    pub height: Option<i64>,
    /// Body weight.
    pub weight: Option<i64>,
    /// Chest girth.
    pub chest: Option<i64>,
    /// Waist girth.
    pub waist: Option<i64>,
    /// Length of the foot.
    pub foot: Option<i64>,
}

impl Measures {
    /// One of them.
    pub fn of(&self, measure: Measure) -> Option<i64> {
        match measure {
            Measure::Height => self.height,
            Measure::Weight => self.weight,
            Measure::Chest => self.chest,
            Measure::Waist => self.waist,
            Measure::Foot => self.foot,
        }
    }

    /// Whether nothing is known.
    pub fn is_empty(&self) -> bool {
        *self == Measures::default()
    }

    /// These, and of the others what these do not have.
    pub fn or(self, other: Measures) -> Measures {
        Measures {
            height: self.height.or(other.height),
            weight: self.weight.or(other.weight),
            chest: self.chest.or(other.chest),
            waist: self.waist.or(other.waist),
            foot: self.foot.or(other.foot),
        }
    }

    fn set(&mut self, measure: Measure, value: i64) {
        let place = match measure {
            Measure::Height => &mut self.height,
            Measure::Weight => &mut self.weight,
            Measure::Chest => &mut self.chest,
            Measure::Waist => &mut self.waist,
            Measure::Foot => &mut self.foot,
        };
        *place = Some(value);
    }
}

/// As a slot keeps them: `身高=1650 体重=52500`.
impl std::fmt::Display for Measures {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let known = Measure::ALL.iter().filter_map(|measure| Some(format!("{measure}={}", self.of(*measure)?)));
        formatter.write_str(&known.collect::<Vec<_>>().join(" "))
    }
}

impl From<&str> for Measures {
    /// Reads what `Display` wrote; anything else in it is passed over.
    fn from(text: &str) -> Self {
        let mut measures = Measures::default();
        for (name, value) in text.split(' ').filter_map(|part| part.split_once('=')) {
            if let (Ok(measure), Ok(value)) = (name.parse(), value.parse()) {
                measures.set(measure, value);
            }
        }
        measures
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn measures_are_kept_as_text() {
        let measures = Measures { height: Some(1_650), weight: Some(52_500), ..Measures::default() };
        assert_eq!(measures.to_string(), "身高=1650 体重=52500");
        assert_eq!(Measures::from("身高=1650 体重=52500"), measures);
        assert_eq!(Measures::from("随便 胖=瘦"), Measures::default());
        let later = Measures { weight: Some(60_000), ..Measures::default() };
        assert_eq!(later.or(measures).to_string(), "身高=1650 体重=60000");
    }
}
