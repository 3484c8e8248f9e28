from dilctl.flat import flat


def test_nested_settings_are_told_by_their_paths_and_lists_stay_values():
    settings = {"task": "denoise", "train": {"batch": 8, "budget": {"steps": 1}}, "data": {}}
    assert flat({**settings, "confounders": [{"kind": "jpeg"}]}) == {
        "task": "denoise",
        "train.batch": 8,
        "train.budget.steps": 1,
        "confounders": [{"kind": "jpeg"}],
    }
