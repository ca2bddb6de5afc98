"""Pictures of what `mlvc.ops` finds: Vega-Lite, made of plain dictionaries, as SVG and PNG too."""
