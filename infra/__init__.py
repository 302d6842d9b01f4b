"""The Pulumi program of flexpark: one stack is all that parking needs in one environment of one customer.

Enters: the stack's config. Leaves: resources, and the stack's outputs. Start reading in `program.py`. Each other file
is one component; a component sets its parents, registers its outputs, and gets its provider from its parent. May
import the pure part of flexpark and the generated `pulumi_twilio`, nothing else of this project.
"""
