"""Which of ImageNet's 1000 classes are of which of COCO's 80 categories.

Only what is the same kind of thing by its name: ImageNet's "cup" is a drink's, and stands for COCO's cup; "hotdog" is
hot dog; of breeds and species all are of dog, cat, bird and bear. ImageNet has no person, and COCO no seashore: neither
is in the table. Categories without a class, such as giraffe or fire hydrant, are absent.

Chapter: l6-por-dentro.
"""

from __future__ import annotations

BIRDS = (*range(7, 25), *range(80, 101), *range(127, 147))
CLASSES: dict[str, tuple[int, ...]] = {  # COCO's name: numbers of ImageNet's classes
    "airplane": (404, 895),
    "apple": (948,),
    "backpack": (414,),
    "banana": (954,),
    "bear": (294, 295, 296, 297),
    "bench": (703,),
    "bicycle": (444, 671),
    "bird": BIRDS,
    "boat": (472, 484, 554, 576, 625, 814, 871, 914),
    "bottle": (440, 720, 737, 898, 907),
    "bowl": (659, 809),
    "broccoli": (937,),
    "bus": (654, 779, 874),
    "car": (407, 436, 468, 511, 609, 627, 656, 661, 751, 817),
    "cat": (281, 282, 283, 284, 285),
    "cell phone": (487,),
    "chair": (423, 559, 765),
    "clock": (409, 530, 892),
    "couch": (831,),
    "cup": (504, 968),
    "dining table": (532,),
    "dog": tuple(range(151, 269)),
    "elephant": (101, 385, 386),
    "hot dog": (934,),
    "keyboard": (508,),
    "laptop": (620, 681),
    "microwave": (651,),
    "motorcycle": (665, 670),
    "mouse": (673,),
    "orange": (950,),
    "oven": (766, 827),
    "parking meter": (704,),
    "pizza": (963,),
    "refrigerator": (760,),
    "remote": (761,),
    "sheep": (348, 349),
    "sink": (896,),
    "skis": (795,),
    "spoon": (618, 910),
    "stop sign": (919,),
    "teddy bear": (850,),
    "tie": (457, 906),
    "toaster": (859,),
    "toilet": (861,),
    "traffic light": (920,),
    "train": (466, 547, 820),
    "truck": (555, 569, 675, 717, 864, 867),
    "tv": (664, 782, 851),
    "umbrella": (879,),
    "vase": (883,),
    "zebra": (340,),
}
