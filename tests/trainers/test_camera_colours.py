import torch

from trainers import chance
from trainers.degradations.camera_colours import inverse, recoloured, to_camera, to_xyz

KEYS = chance.keys([("colours", image) for image in range(200)])


def test_white_is_the_white_of_daylight_in_xyz_and_stays_white_in_every_camera():
    white = torch.ones((len(KEYS), 3, 1, 1), dtype=torch.float64)
    daylight = torch.tensor([0.9505, 1.0, 1.0888], dtype=torch.float64)
    assert torch.allclose(recoloured(white, to_xyz(KEYS))[0, :, 0, 0], daylight, atol=1e-4)
    assert torch.allclose(recoloured(white, to_camera(KEYS)), white, atol=1e-14)


def test_a_camera_sees_each_colour_best_in_its_own_channel():
    matrices = to_camera(KEYS)
    assert matrices.argmax(dim=2).eq(torch.arange(3)).all()
    assert (matrices.std(dim=0) > 0.003).all()


def test_matrices_are_applied_and_inverted_as_linear_algebra_has_it():
    matrices = to_camera(KEYS)
    image = chance.uniform(KEYS, (3, 4, 5)).double()
    product = torch.einsum("nij,njhw->nihw", matrices, image)
    assert torch.allclose(recoloured(image, matrices), product, atol=1e-14)
    assert torch.allclose(inverse(matrices), torch.linalg.inv(matrices), atol=1e-13)
