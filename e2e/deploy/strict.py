"""Reads YAML strictly and writes its documents as one JSON list: a key that stands twice in a map is an error."""
import json
import sys

import yaml


class Strict(yaml.SafeLoader):
    def construct_mapping(self, node, deep=False):
        own = [self.construct_object(key, deep=True) for key, _ in node.value if key.tag != "tag:yaml.org,2002:merge"]
        twice = {key for key in own if own.count(key) > 1}
        if twice:
            raise yaml.constructor.ConstructorError(None, None, f"{twice} stands twice", node.start_mark)
        return super().construct_mapping(node, deep)


json.dump([document for document in yaml.load_all(sys.stdin, Strict) if document is not None], sys.stdout)
