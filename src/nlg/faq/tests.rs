//! Tests of the knowledge: retrieval, figures and refusals. Leaves to others: unseen questions (`tests/it/knowledge.rs`).

use proptest::prelude::*;

use super::*;

/// Cuts into single characters: what follows must not depend on a good segmenter.
fn cut(text: &str) -> Vec<String> {
    text.chars().map(String::from).collect()
}

const SMALL: &str = r#"
synonyms = [["运费", "邮费"]]
[[faq]]
id = "fee"
intents = ["shipping_fee"]
questions = ["包邮吗", "运费多少"]
answer = "满{{ policy.free }}元包邮。"

[[faq]]
id = "invoice"
intents = ["invoice", "payment"]
questions = ["怎么开发票", "能开票吗"]
answer = "可以开发票。"
"#;

#[test]
fn words_find_the_entry_and_weak_evidence_finds_none() {
    let faq = Faq::load(SMALL, &cut).expect("small knowledge");
    let best = |text: &str, intents: &[Intent]| {
        faq.answer(&cut(text), intents, 3).first().map(|found| found.entry.id.as_str())
    };
    for (text, expected) in [
        ("运费是多少呢", Some("fee")),
        ("邮费多少", Some("fee")),
        ("发票怎么开啊", Some("invoice")),
        ("今天天气怎么样", None),
        ("", None),
        ("？！", None),
    ] {
        assert_eq!(best(text, &[]), expected, "{text}");
    }
    assert_eq!(best("今天天气怎么样", &[Intent::Invoice]), None, "an intent alone is no evidence");
    assert_eq!(faq.answer(&cut("运费多少"), &[], 0), []);
}

#[test]
fn a_matching_intent_lifts_the_score() {
    let faq = Faq::load(SMALL, &cut).expect("small knowledge");
    let score = |intents: &[Intent]| faq.answer(&cut("能开票吗"), intents, 1)[0].score;
    let (none, other, main) = (score(&[]), score(&[Intent::Payment]), score(&[Intent::Invoice]));
    assert!(none < other && other < main, "{none} {other} {main}");
}

#[test]
fn figures_come_from_the_policy_and_a_missing_one_is_an_error() {
    let faq = Faq::load(SMALL, &cut).expect("small knowledge");
    let entry = faq.entry("fee").expect("entry");
    let policy = std::collections::BTreeMap::from([("free", 99)]);
    assert_eq!(faq.render(entry, &policy).expect("rendered"), "满99元包邮。");
    let error = faq.render(entry, &std::collections::BTreeMap::<&str, i32>::new()).expect_err("missing");
    assert!(error.to_string().starts_with("faq fee: "), "{error}");
}

#[test]
fn mistakes_are_named() {
    for (from, to, says) in [
        ("id = \"invoice\"", "id = \"fee\"", "faq fee stands twice"),
        ("intents = [\"shipping_fee\"]", "intents = []", "faq fee has no intents"),
        ("[\"包邮吗\", \"运费多少\"]", "[]", "faq fee has no questions"),
        ("answer = \"可以开发票。\"", "answer = \" \"", "faq invoice has no answer"),
        ("intents = [\"shipping_fee\"]", "intents = [\"shiping\"]", "faq line 5: "),
        ("[[\"运费\", \"邮费\"]]", "[[\"运费\"]]", "faq synonyms [运费]"),
        ("{{ policy.free }}", "{{ policy.free ", "faq fee: syntax error"),
        ("id = \"fee\"", "name = \"fee\"", "faq line "),
    ] {
        let text = SMALL.replacen(from, to, 1);
        assert_ne!(text, SMALL, "{from}");
        let error = Faq::load(&text, &cut).expect_err(to).to_string();
        assert!(error.starts_with(says), "{error} for {says}");
        assert_eq!(error.lines().count(), 1, "{error}");
    }
}

#[test]
fn the_embedded_knowledge_is_broad_and_its_questions_are_asked_once() {
    let faq = Faq::embedded(&cut);
    assert!(faq.entries().len() >= 180, "{}", faq.entries().len());
    let mut asked = BTreeSet::new();
    for entry in faq.entries() {
        assert!((6..=12).contains(&entry.questions.len()), "{} has {} questions", entry.id, entry.questions.len());
        for question in &entry.questions {
            assert!(asked.insert(question), "{question} stands twice");
        }
    }
    use Intent::*;
    for intent in [
        Authenticity,
        Bargain,
        Promotion,
        Coupon,
        Gift,
        Payment,
        ShippingFee,
        DeliveryOptions,
        DeliveryTime,
        PlaceOrder,
        ReturnShipping,
        Installation,
        UsageHelp,
        ReviewCashback,
        ContactInfo,
        Account,
        MerchantService,
        WarrantyRepair,
        Invoice,
        PriceProtection,
        ReturnGoods,
        ExchangeGoods,
        RefundStatus,
        RefundRequest,
        Complaint,
        PrivacyRequest,
        SizeAdvice,
        SafetyIncident,
        Compensation,
        QualityIssue,
        MissingWrongItem,
        NotReceived,
        EscalationThreat,
    ] {
        assert!(faq.entries().iter().any(|entry| entry.intents.first() == Some(&intent)), "nothing answers {intent}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn searching_is_pure_bounded_and_sorted(text in "[a-z退货发票运费多少吗怎么 ，。]{0,30}", top in 0_usize..5) {
        let faq = Faq::load(SMALL, &cut).expect("small knowledge");
        let words = cut(&text);
        let found = faq.answer(&words, &[Intent::Invoice], top);
        prop_assert!(found.len() <= top);
        prop_assert!(found.windows(2).all(|pair| pair[0].score >= pair[1].score));
        prop_assert!(found.iter().all(|found| (LEAST_SCORE..=1.0 + MAIN_INTENT_BONUS).contains(&found.score)));
        let again = Faq::load(SMALL, &cut).expect("small knowledge");
        prop_assert_eq!(found, again.answer(&words, &[Intent::Invoice], top));
    }

    #[test]
    fn no_text_panics(text in ".{0,120}") {
        let _ = Faq::load(&text, &cut);
    }
}
