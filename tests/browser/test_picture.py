"""The picture of a network: where its numbers stand, how one zooms, and their addresses, in Node."""

import json
from collections.abc import Callable
from pathlib import Path

from demos.frame import static

PLACES = """
import { asMaps } from "%(widgets)s/network/sums.js";
import { cellBox, indexAt, layout, neighbour, shapesOf } from "%(widgets)s/picture/scene.js";
import { decode, encode } from "%(widgets)s/picture/place.js";
import { WHOLE, moved, showing, zoomed } from "%(widgets)s/picture/view.js";

const shapes = [[1, 28, 28], [1, 32, 32], [6, 28, 28], [6, 14, 14], [16, 10, 10], [16, 5, 5], [120], [84], [10]];
const all = shapesOf(shapes.map((shape) => ({ shape })));
const names = [..."abcdefghi", "softmax"];
const facts = { lost: [], outside: [], overlapping: 0, reached: [], addresses: [], zoom: 0, astray: [] };
for (const width of [1216, 358]) {
  const scene = layout(all, width);
  scene.nodes.slice(0, -1).forEach((node, i) => {
    for (let index = 0; index < node.count; index += 1 + (index %% 7)) {
      const { x, y, width: w, height: h } = cellBox(node, index);
      if (indexAt(node, x + w / 2, y + h / 2) !== index) facts.lost.push([width, i, index]);
      if (x < -0.5 || y < 0 || x + w > width + 0.5 || y + h > scene.height) facts.outside.push([width, i, index]);
    }
    const [first, last] = [node, scene.nodes[i + 1]];
    if (scene.down ? first.y + first.height > last.y : first.x + first.width > last.x) facts.overlapping += 1;
    const seen = new Set([0]);  // every number is reached by arrow keys
    for (const index of seen) for (const [dx, dy] of [[1, 0], [0, 1], [-1, 0], [0, -1]]) seen.add(neighbour(node, index, dx, dy));
    facts.reached.push(seen.size === node.count);
  });
  let view = zoomed(WHOLE, 6, 300, 200, scene);
  facts.zoom = Math.max(facts.zoom, Math.abs((300 - view.x) / view.scale - 300), Math.abs((200 - view.y) / view.scale - 200));
  view = moved(view, 1e6, -1e6, scene);
  if (view.x > 0 || view.y + scene.height * view.scale < scene.height - 1e-6) facts.astray.push(view);
  const box = cellBox(scene.nodes[4], 900);
  const shown = showing(view, box, scene);
  const [x, y] = [box.x * shown.scale + shown.x, box.y * shown.scale + shown.y];
  if (x < 0 || y < 0 || x > scene.width || y > scene.height) facts.astray.push([x, y]);
  if (zoomed(view, 1e-9, 0, 0, scene).scale !== 1) facts.astray.push("not whole");
}
all.forEach((shape, node) => {
  const index = asMaps(shape).reduce((count, size) => count * size, 1) - 2;
  const back = decode(encode(names[node], shape, index), names, all);
  if (back?.node !== node || back.index !== index) facts.addresses.push(names[node]);
});
for (const text of [null, "", "x-1", "g-120", "c-6-0-0", "c-0-28-0", "c-0-0", "g-1.5", "g--1", "g-1-1", "c-0-0-${1}"]) {
  if (decode(text, names, all)) facts.addresses.push(text);
}
console.log(JSON.stringify(facts));
"""


def test_every_number_has_its_place_its_address_and_a_way_to_it(node: Callable[..., str], tmp_path: Path) -> None:
    script = tmp_path / "places.mjs"
    script.write_text(PLACES % {"widgets": static.WIDGETS.as_uri()})
    facts = json.loads(node(script))
    assert facts["lost"] == facts["outside"] == facts["astray"] == facts["addresses"] == []
    assert facts["overlapping"] == 0
    assert all(facts["reached"])
    assert facts["zoom"] < 1e-6, "what is under the pointer stays there"
