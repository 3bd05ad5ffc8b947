"""Questions are moved to where statements lie; statements are not."""

from dataclasses import replace

import numpy as np
import pytest

from rag.encoding.encoders import Encoder
from rag.retrieval.statements import as_statement, direction

PAIRS = (
    ("When did the ferry to the island begin to run?", "The ferry to the island began to run in 1931."),
    (
        "\u8c01\u4fee\u5efa\u4e86\u8fd9\u5ea7\u77f3\u6865\uff1f",
        "\u8fd9\u5ea7\u77f3\u6865\u7531\u77f3\u5320\u8001\u674e\u4fee\u5efa\u3002",
    ),
    ("Wie viele Bienenst\u00f6cke hat der Hof?", "Der Hof hat zw\u00f6lf Bienenst\u00f6cke."),
    (
        "\u8ab0\u304c\u706f\u53f0\u3092\u5efa\u3066\u307e\u3057\u305f\u304b\uff1f",
        "\u706f\u53f0\u306f\u5730\u5143\u306e\u6f01\u5e2b\u305f\u3061\u304c\u5efa\u3066\u307e\u3057\u305f\u3002",
    ),
)


def along(vector: np.ndarray) -> float:
    return float(vector @ direction())


def test_the_direction_is_a_unit_vector_of_the_encoder(encoder: Encoder) -> None:
    assert (direction().shape, direction().dtype) == ((encoder.model.dimension,), np.float32)
    assert np.linalg.norm(direction()) == pytest.approx(1, abs=1e-5)


@pytest.mark.parametrize(("question", "statement"), PAIRS)
def test_questions_are_moved_among_statements_which_stay(question: str, statement: str, encoder: Encoder) -> None:
    asked, told = encoder.encode_queries([question, statement])
    assert along(asked) < -0.3 < along(told)
    after = as_statement(asked, encoder.model)
    assert (after.dtype, after.shape) == (np.float32, asked.shape)
    assert np.linalg.norm(after) == pytest.approx(1, abs=1e-5)
    assert along(after) == pytest.approx(-0.013, abs=0.01)
    assert as_statement(told, encoder.model) @ told > 0.98
    rest = asked - along(asked) * direction()  # what is not along the direction keeps its own
    assert after @ rest == pytest.approx(np.linalg.norm(after - along(after) * direction()) * np.linalg.norm(rest), abs=1e-5)


def test_a_statement_beyond_the_average_is_left_as_it_is(encoder: Encoder) -> None:
    beyond = np.asarray(0.6 * direction() + 0.8 * np.eye(1, 512, dtype=np.float32)[0], np.float32)
    beyond /= np.linalg.norm(beyond)
    np.testing.assert_allclose(as_statement(beyond, encoder.model), beyond, atol=1e-6)


def test_another_model_keeps_its_questions(encoder: Encoder) -> None:
    query = encoder.encode_queries([PAIRS[0][0]])[0]
    assert as_statement(query, replace(encoder.model, name="another")) is query
