"""Labels of figures and tables in Spanish and English, and the format of numbers in each language."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal

from cnnlab.errors import OptionError, nearest
from cnnlab.paths import LANGUAGES

NBSP = "\u00a0"  # in powers of ten, which do not break
THIN = "\u202f"  # narrow no-break space: groups of thousands, and before %, in Spanish
MINUS = "\u2212"
SUPERSCRIPTS = str.maketrans("0123456789-", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻")

WORDS = {  # key: (Spanish, English), in the order of the keys
    "accuracy": ("exactitud", "accuracy"),
    "accuracy_test": ("exactitud en prueba", "test accuracy"),
    "accuracy_validation": ("exactitud en validación", "validation accuracy"),
    "all_of_them": ("todas", "all"),
    "anchors": ("anclas", "anchors"),
    "annotated": ("anotado", "annotated"),
    "ap": ("AP", "AP"),
    "ap50": ("AP50", "AP50"),
    "ap75": ("AP75", "AP75"),
    "ap_large": ("AP, grandes", "AP, large"),
    "ap_medium": ("AP, medianos", "AP, medium"),
    "ap_small": ("AP, pequeños", "AP, small"),
    "ar1": ("AR, 1 detección", "AR, 1 detection"),
    "ar10": ("AR, 10 detecciones", "AR, 10 detections"),
    "ar100": ("AR, 100 detecciones", "AR, 100 detections"),
    "ar_large": ("AR, grandes", "AR, large"),
    "ar_medium": ("AR, medianos", "AR, medium"),
    "ar_small": ("AR, pequeños", "AR, small"),
    "as_trained": ("Tal como sale", "As it comes"),
    "at_least": ("al menos", "at least"),
    "average_pool": ("promedio global, densa de 1000, softmax", "average pool, 1000-d fc, softmax"),
    "average_precision": ("precisión media", "average precision"),
    "balanced": ("bloques de igual varianza", "blocks of equal variance"),
    "before_after": ("antes y después", "before and after"),
    "block": ("bloque", "block"),
    "block_basic": ("bloque básico", "basic block"),
    "block_bottleneck": ("bloque de cuello de botella", "bottleneck block"),
    "blocks": ("bloques", "blocks"),
    "bottleneck": ("cuello de botella", "bottleneck"),
    "box_corrections": ("correcciones de la caja", "corrections of the box"),
    "boxes": ("cajas", "boxes"),
    "boxes_missed": ("perdidos", "missed"),
    "boxes_right": ("aciertos", "right"),
    "boxes_wrong": ("falsas", "false"),
    "branch": ("rama", "branch"),
    "change_in_rates": ("Cambio de los pesos, en tasas de aprendizaje", "Change of the weights, in learning rates"),
    "channels": ("canales", "channels"),
    "cka_debiased": ("CKA sin sesgo", "Debiased CKA"),
    "class": ("clase", "class"),
    "class_scores": ("puntajes de las clases", "scores of the classes"),
    "classifier": ("clasificador", "classifier"),
    "classifier_flowers_resnet50": ("ResNet-50 entera", "all of ResNet-50"),
    "classifier_flowers_resnet50_head": ("cabeza de ResNet-50", "ResNet-50's head"),
    "classifier_flowers_squeezenet": ("SqueezeNet entera", "all of SqueezeNet"),
    "classifier_flowers_squeezenet_head": ("cabeza de SqueezeNet", "SqueezeNet's head"),
    "classifier_own": ("red ajustada", "fine-tuned network"),
    "classifier_probe": ("sonda ridge", "ridge probe"),
    "classifier_refitted": ("sonda sobre la red ajustada", "probe on the fine-tuned network"),
    "classifier_sum": ("suma", "sum"),
    "commit": ("versión del código", "version of the code"),
    "confidence": ("confianza", "confidence"),
    "content": ("contenido", "content"),
    "convolution": ("convolución", "convolution"),
    "cores": ("núcleos", "cores"),
    "corners": ("esquinas", "corners"),
    "correlation": ("correlación de un canal", "correlation of a channel"),
    "cross_entropy": ("entropía cruzada", "cross-entropy"),
    "decay": ("decaimiento", "weight decay"),
    "dense": ("densa", "dense"),
    "depth": ("profundidad", "depth"),
    "depth_layers": ("capas de la red", "layers of the network"),
    "described": ("descripción de cada propuesta", "description of each proposal"),
    "device": ("equipo", "device"),
    "difference_points": ("diferencia, puntos", "difference, points"),
    "effective_classes": ("clases efectivas", "effective classes"),
    "epoch": ("época", "epoch"),
    "epochs": ("épocas", "epochs"),
    "errors_by_count": ("Por número de errores", "By number of errors"),
    "errors_by_rate": ("Por tasa de error", "By error rate"),
    "every_fn": ("todo FN", "every FN"),
    "every_fp": ("todo FP", "every FP"),
    "experiment": ("experimento", "experiment"),
    "experiments": ("experimentos", "experiments"),
    "factor_per_layer": ("factor por capa", "factor per layer"),
    "false_negatives": ("FN", "FN"),
    "false_positives": ("FP", "FP"),
    "features_345": ("conv3_x a conv5_x", "conv3_x to conv5_x"),
    "features_345_mean": ("conv3_x a conv5_x, solo medias", "conv3_x to conv5_x, means only"),
    "features_45": ("conv4_x y conv5_x", "conv4_x and conv5_x"),
    "features_5": ("conv5_x", "conv5_x"),
    "features_5_mean": ("conv5_x, solo medias", "conv5_x, means only"),
    "features_read": ("qué lee", "what it reads"),
    "figure_code": ("Código de la figura", "Code of the figure"),
    "fine_tuned": ("ajuste fino", "fine-tuned"),
    "fine_tuned_upper": ("ajuste fino desde conv4_x", "fine-tuned from conv4_x"),
    "first": ("primero", "first"),
    "flops_of_paper": ("FLOPs impresos", "FLOPs printed"),
    "from_scratch": ("desde cero", "from scratch"),
    "gain_ap50": ("AP50 ganada", "AP50 gained"),
    "global_average": ("promedio global", "global average"),
    "gradient_norm": ("norma del gradiente", "norm of the gradient"),
    "gradient_ratio": ("norma en la primera capa / norma en la última", "norm at the first layer / norm at the last"),
    "handout": ("enunciado", "handout"),
    "head_only": ("solo la cabeza", "head only"),
    "identity": ("identidad", "identity"),
    "independent_steps": ("pasos de direcciones independientes", "steps of independent directions"),
    "initial": ("inicial", "initial"),
    "initialisation": ("inicialización", "initialisation"),
    "input": ("entrada", "input"),
    "interval_95": ("intervalo de 95 %", "95% interval"),
    "kernel": ("núcleo", "kernel"),
    "kernel_1x1": ("núcleo de 1×1", "1×1 kernel"),
    "kernel_size": ("núcleo", "kernel"),
    "kind": ("tipo", "kind"),
    "kind_background": ("fondo", "background"),
    "kind_both": ("ambas", "both"),
    "kind_class": ("clase", "class"),
    "kind_location": ("ubicación", "location"),
    "kind_missed": ("perdido", "missed"),
    "kind_repeated": ("repetida", "repeated"),
    "last_norm": ("norma en la última", "norm at the last"),
    "layer": ("capa", "layer"),
    "layers": ("capas", "layers"),
    "layers_basic": ("18 y 34 capas", "18 and 34 layers"),
    "layers_bottleneck": ("50, 101 y 152 capas", "50, 101 and 152 layers"),
    "libraries": ("bibliotecas", "libraries"),
    "licence": ("licencia", "licence"),
    "likeliest_class": ("clase más probable", "likeliest class"),
    "logits_deviation": ("desviación de los logits", "deviation of the logits"),
    "loss": ("pérdida", "loss"),
    "mac_counted": ("MAC contadas", "MACs counted"),
    "map_in": ("mapa de entrada", "input map"),
    "map_out": ("mapa de salida", "output map"),
    "max_pool": ("reducción por máximo de 3×3", "3×3 max pooling"),
    "max_short": ("máx.", "max"),
    "mean_class": ("media por especie", "mean of species"),
    "measure": ("medida", "measure"),
    "memory": ("memoria", "memory"),
    "millions": ("millones", "millions"),
    "minutes": ("minutos", "minutes"),
    "multiply_adds": ("MAC", "MACs"),
    "multiply_adds_millions": ("MAC, millones", "MACs, millions"),
    "name": ("nombre", "name"),
    "network": ("red", "network"),
    "network_input": ("entrada de la red", "input of the network"),
    "no": ("no", "no"),
    "no_seed": ("sin azar", "no chance"),
    "normalisation": ("normalización", "normalisation"),
    "of": ("de", "of"),
    "of_the_batch": ("del lote", "of the batch"),
    "origin": ("origen", "origin"),
    "output": ("salida", "output"),
    "parameters": ("parámetros", "parameters"),
    "parameters_millions": ("Parámetros, millones", "Parameters, millions"),
    "part": ("parte", "part"),
    "part_frozen": ("sonda sobre la red congelada", "probe on the frozen network"),
    "part_own": ("la red, con su cabeza", "the network, with its head"),
    "part_refitted": ("sonda sobre la red ajustada", "probe on the fine-tuned network"),
    "photo": ("foto", "photo"),
    "photos": ("fotos", "photos"),
    "pixels": ("píxeles", "pixels"),
    "pixels_train_test": ("píxeles, entrenar → evaluar", "pixels, train → evaluate"),
    "pooled": ("recortes de RoI Align", "crops of RoI Align"),
    "precision": ("precisión", "precision"),
    "preface": ("Prefacio", "Preface"),
    "printed": ("impresas", "printed"),
    "printed_count": ("impreso", "printed"),
    "printed_name": ("nombre impreso", "printed name"),
    "probability": ("probabilidad", "probability"),
    "projection": ("proyección", "projection"),
    "proposals": ("propuestas", "proposals"),
    "rate": ("tasa", "rate"),
    "ratio": ("cociente", "ratio"),
    "ratio_without_bn": ("cociente sin BN", "ratio without BN"),
    "recall": ("exhaustividad", "recall"),
    "receptive_field": ("campo receptivo", "receptive field"),
    "ridge_probe": ("sonda ridge", "ridge probe"),
    "right_only_first": ("solo la primera acierta", "only the first is right"),
    "right_only_second": ("solo la segunda acierta", "only the second is right"),
    "root": ("raíz", "root"),
    "rule_background": ("IoU ≤ 0,1 con todo objeto", "IoU ≤ 0.1 with every object"),
    "rule_both": ("IoU de 0,1 a 0,5 con un objeto de otra clase", "IoU of 0.1 to 0.5 with an object of another class"),
    "rule_class": ("IoU ≥ 0,5 con un objeto de otra clase", "IoU ≥ 0.5 with an object of another class"),
    "rule_location": ("IoU de 0,1 a 0,5 con un objeto de su clase", "IoU of 0.1 to 0.5 with an object of its class"),
    "rule_missed": (
        "objeto sin VP ni error de clase o de ubicación",
        "object without TP or error of class or location",
    ),
    "rule_repeated": (
        "IoU ≥ 0,5 con un objeto de su clase, ya encontrado",
        "IoU ≥ 0.5 with an object of its class, already found",
    ),
    "same": ("igual", "the same"),
    "same_everywhere": ("el mismo en cada píxel", "the same at each pixel"),
    "score": ("puntaje", "score"),
    "second": ("segundo", "second"),
    "seed": ("semilla", "seed"),
    "seeds": ("semillas", "seeds"),
    "shape_changes": ("donde cambia la forma", "where the shape changes"),
    "share_macs": ("% de las MAC", "% of the MACs"),
    "share_parameters": ("% de los parámetros", "% of the parameters"),
    "shortcut": ("atajo", "shortcut"),
    "shortcuts": ("atajos", "shortcuts"),
    "size": ("tamaño", "size"),
    "smoothing": ("suavizado", "smoothing"),
    "split": ("conjunto", "split"),
    "stage": ("etapa", "stage"),
    "stage_block": ("bloque: 1.0 es layer1.0, el primero de conv2_x", "block: 1.0 is layer1.0, the first of conv2_x"),
    "stale": ("vencido", "stale"),
    "stride": ("paso", "stride"),
    "stride_in_1x1": ("paso en el 1×1", "stride in the 1×1"),
    "stride_in_3x3": ("paso en el 3×3", "stride in the 3×3"),
    "sum": ("suma", "sum"),
    "sum_relu": ("suma y ReLU", "sum and ReLU"),
    "survive": ("quedan", "survive"),
    "table_1": ("cuadro 1", "table 1"),
    "test": ("prueba", "test"),
    "threshold": ("umbral", "threshold"),
    "time": ("tiempo", "time"),
    "too_many": ("de más", "in excess"),
    "total": ("total", "total"),
    "train": ("entrenamiento", "training"),
    "trained_parameters": ("parámetros entrenados", "trained parameters"),
    "trained_part": ("qué se entrena", "what is trained"),
    "training_error": ("error de entrenamiento", "training error"),
    "true_positives": ("VP", "TP"),
    "two_3x3_narrow": ("dos 3×3 de 64", "two 3×3 of 64"),
    "two_3x3_wide": ("dos 3×3 de 256", "two 3×3 of 256"),
    "two_seeds": ("dos semillas", "two seeds"),
    "unread_pixel": ("ninguna ventana lo lee", "read by no window"),
    "unverified": ("sin verificar", "unverified"),
    "validation": ("validación", "validation"),
    "value": ("valor", "value"),
    "values": ("valores", "values"),
    "variant": ("variante", "variant"),
    "variant_all_stages": ("se entrenan todas las etapas", "all stages trained"),
    "variant_base": ("la receta", "the recipe"),
    "variant_compact": ("compacta", "compact"),
    "variant_computed": ("calculados aquí", "computed here"),
    "variant_full_size": ("tamaño original", "full size"),
    "variant_half_precision": ("media precisión", "half precision"),
    "variant_official": ("oficial", "official"),
    "variant_rate_double": ("tasa doble", "twice the rate"),
    "variant_rate_half": ("media tasa", "half the rate"),
    "variant_smoothing": ("etiquetas suavizadas, 0,1", "labels smoothed, 0.1"),
    "variant_three_layers": ("cabeza sobre tres capas", "head on three layers"),
    "variant_trunk_in_half_precision": ("red troncal, media precisión", "backbone, half precision"),
    "verified": ("verificado", "verified"),
    "weight": ("peso", "weight"),
    "weights": ("pesos", "weights"),
    "what_it_is": ("qué es", "what it is"),
    "with": ("con", "with"),
    "with_shortcuts": ("con atajos", "with shortcuts"),
    "with_temperature": ("Con temperatura", "With temperature"),
    "without": ("sin", "without"),
    "without_shortcuts": ("sin atajos", "without shortcuts"),
    "yes": ("sí", "yes"),
}


class Words:
    """Labels and numbers in one language: `w("epoch")`, `w.percent(0.9894, 2)`.

    Spanish groups thousands with U+202F from five digits on and its decimal mark is a comma; English groups them with a
    comma from four digits on. The minus sign is U+2212 in both. Numbers that are not finite raise OptionError.
    """

    def __init__(self, lang: str):
        if lang not in LANGUAGES:
            raise OptionError(f"language {lang!r}", allowed=LANGUAGES)
        self.lang = lang

    def __call__(self, key: str) -> str:
        if key not in WORDS:
            raise OptionError(
                f"word {key!r} is not in cnnlab/words.py",
                remedy=nearest(key, WORDS) or "add it to WORDS, in both languages",
            )
        return WORDS[key][LANGUAGES.index(self.lang)]

    def integer(self, number: int) -> str:
        """25 636 712 / 25,636,712."""
        return self.decimal(number, 0)

    def decimal(self, number: float, places: int) -> str:
        """A number with `places` decimal places: 0,43 / 0.43."""
        if not math.isfinite(number):
            raise OptionError(f"number {number}", allowed="finite numbers", remedy="correct what computes it")
        if isinstance(number, float) or places:
            whole, _, fraction = f"{abs(number):.{places}f}".partition(".")
        else:
            whole, fraction = str(abs(number)), ""
        sign = MINUS if number < 0 and (whole + fraction).strip("0") else ""
        spanish = self.lang == "es"
        if len(whole) > (4 if spanish else 3):
            whole = f"{int(whole):,}".replace(",", THIN if spanish else ",")
        return sign + whole + ("," if spanish else ".") * bool(fraction) + fraction

    def exact(self, number: float) -> str:
        """All digits of a number that somebody wrote, such as a learning rate: 0,0001 / 0.0001."""
        digits = format(Decimal(repr(float(number))), "f").partition(".")[2].rstrip("0")
        return self.decimal(number, len(digits))

    def percent(self, fraction: float, places: int) -> str:
        """A fraction of one as a percentage: 98,94 % / 98.94%."""
        return self.decimal(100 * fraction, places) + (f"{THIN}%" if self.lang == "es" else "%")

    def power(self, number: float, places: int) -> str:
        """Scientific notation: 3,8 × 10⁹ / 3.8 × 10⁹."""
        mantissa, _, exponent = f"{number:.{places}e}".partition("e")
        return f"{self.decimal(float(mantissa), places)}{NBSP}×{NBSP}10{str(int(exponent)).translate(SUPERSCRIPTS)}"

    def size(self, *sides: int) -> str:
        """The shape of a tensor, without signs of thousands: 7×7×2048."""
        return "×".join(str(side) for side in sides)

    def ratio(self, number: float, places: int) -> str:
        """A ratio: 3,2× / 3.2×."""
        return f"{self.decimal(number, places)}×"

    def interval(self, low: float, high: float, write: Callable[[float], str]) -> str:
        """The ends of an interval, formatted by `write`; a % that both have is written once: 93,1–94,8 %."""
        first, last = write(low), write(high)
        sign = f"{THIN}%" if self.lang == "es" else "%"
        return f"{first.removesuffix(sign) if last.endswith(sign) else first}–{last}"


@dataclass(frozen=True)
class Quantity:
    """A number or text for prose and tables; `show` formats it in a language."""

    write: Callable[[Words], str]

    def show(self, lang: str) -> str:
        """The text in a language, "es" or "en"."""
        return self.write(Words(lang))


def integer(number: int) -> Quantity:
    """An integer, as `Words.integer`."""
    return Quantity(lambda words: words.integer(number))


def decimal(number: float, places: int) -> Quantity:
    """A decimal, as `Words.decimal`."""
    return Quantity(lambda words: words.decimal(number, places))


def percent(fraction: float, places: int) -> Quantity:
    """A percentage, as `Words.percent`."""
    return Quantity(lambda words: words.percent(fraction, places))


def power(number: float, places: int) -> Quantity:
    """A number in scientific notation, as `Words.power`."""
    return Quantity(lambda words: words.power(number, places))


def size(*sides: int) -> Quantity:
    """A shape, as `Words.size`."""
    return Quantity(lambda words: words.size(*sides))


def text(*, es: str, en: str) -> Quantity:
    """A text in both languages."""
    return Quantity(lambda words: es if words.lang == "es" else en)
